/* Weights from safetensors and npz files, and what is said of damaged ones. */
#include <math.h>

#include "data_fixture.h"

#include <cim_sdk/snapshot.h>

#include "tensors.h"

/* HEAD and DATA as a safetensors file in memory. */
static cim_status parse(const char *head, const void *data, size_t n, tensors **out) {
    const size_t length = strlen(head);
    unsigned char *at = fake.host.alloc(&fake.host, 8 + length + n + 1, 1);
    assert_non_null(at);
    cim_put_bytes(at, length, 8);
    memcpy(at + 8, head, length);
    if (n) memcpy(at + 8 + length, data, n);
    bytes file = {.host = &fake.host, .file = "w.safetensors", .at = at, .size = 8 + length + n};
    return tensors_parse(&file, out);
}

static void assert_values(const tensor *t, uint64_t n, const float *values) {
    assert_non_null(t);
    assert_int_equal(t->n, n);
    assert_memory_equal(t->values, values, n * sizeof *values);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void test_every_type_becomes_float(void **state) {
    (void)state;
    const unsigned char data[] = {
        0, 0, 0, 0, 0, 0, 0xf8, 0xbf,  /* F64 -1.5 */
        0, 0, 0x20, 0x40,              /* F32 2.5 */
        0, 0x3c, 0x01, 0x00,           /* F16 1, 2^-24 */
        0x40, 0xc0,                    /* BF16 -3 */
        0xfe, 0xff, 0xff, 0xff,        /* I32 -2 */
        0x80, 0x7f,                    /* I8 -128, 127 */
        0xff,                          /* U8 255 */
        1};                            /* BOOL */
    static const char head[] =
        "{\"__metadata__\":{\"a\":\"b\"},"
        "\"f64\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
        "\"f32\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]},"
        "\"f16\":{\"dtype\":\"F16\",\"shape\":[2,1],\"data_offsets\":[12,16]},"
        "\"bf16\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[16,18]},"
        "\"i32\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[18,22]},"
        "\"i8\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[22,24]},"
        "\"none\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[24,24]},"
        "\"u8\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[24,25]},"
        "\"bool\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[25,26]}}";
    tensors *t = NULL;
    if (parse(head, data, sizeof data, &t) != CIM_OK) fail_msg("%s", fake.message);
    assert_int_equal(tensors_count(t), 9);
    assert_values(tensors_find(t, "f64"), 1, (float[]){-1.5f});
    assert_values(tensors_find(t, "f32"), 1, (float[]){2.5f});
    assert_values(tensors_find(t, "f16"), 2, (float[]){1, 0x1p-24f});
    assert_values(tensors_find(t, "bf16"), 1, (float[]){-3});
    assert_values(tensors_find(t, "i32"), 1, (float[]){-2});
    assert_values(tensors_find(t, "i8"), 2, (float[]){-128, 127});
    assert_values(tensors_find(t, "u8"), 1, (float[]){255});
    assert_values(tensors_find(t, "bool"), 1, (float[]){1});
    assert_values(tensors_find(t, "none"), 0, (float[]){0});
    assert_null(tensors_find(t, "f"));
    tensors_free(t);
}

static void test_half_floats_at_their_ends(void **state) {
    (void)state;
    const unsigned char data[] = {0xff, 0x7b, 0x00, 0x7c, 0x00, 0xfc, 0x01, 0x7e,
                                  0xff, 0x03, 0x00, 0x80, 0x00, 0x04, 0xff, 0x3b};
    tensors *t = NULL;
    assert_int_equal(parse("{\"h\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[0,16]}}",
                           data, sizeof data, &t),
                     CIM_OK);
    const float *h = tensors_find(t, "h")->values;
    assert_true(h[0] == 65504 && isinf(h[1]) && h[1] > 0 && isinf(h[2]) && h[2] < 0 && isnan(h[3]));
    assert_true(h[4] == 1023 * 0x1p-24f && h[5] == 0 && signbit(h[5]) && h[6] == 0x1p-14f);
    assert_true(h[7] == 2047 * 0x1p-11f);
    tensors_free(t);
}

static void test_need_names_tensor_and_shapes(void **state) {
    (void)state;
    const float data[6] = {1, 2, 3, 4, 5, 6};
    tensors *t = NULL;
    const tensor *w = NULL;
    assert_int_equal(parse("{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}",
                           data, sizeof data, &t),
                     CIM_OK);
    assert_int_equal(tensors_need(t, "w", 2, (uint64_t[]){2, 3}, &w), CIM_OK);
    assert_values(w, 6, data);
    assert_int_equal(tensors_need(t, "w", 0, NULL, &w), CIM_OK);
    assert_int_equal(tensors_need(t, "w", 2, (uint64_t[]){3, 2}, &w), CIM_E_FILE);
    assert_null(w);
    assert_string_equal(fake.message,
                        "w.safetensors: tensor w is 2 x 3: the network needs 3 x 2");
    assert_int_equal(tensors_need(t, "b", 0, NULL, &w), CIM_E_FILE);
    assert_string_equal(fake.message, "w.safetensors: no tensor b");
    tensors_free(t);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void test_written_is_read_as_the_same(void **state) {
    (void)state;
    float a[6], b[5000];
    for (int i = 0; i < 6; i++) a[i] = (float)i - 0.1f;
    for (int i = 0; i < 5000; i++) b[i] = (float)(i * i) * 1e-3f;
    const tensor rows[] = {
        {.name = "conv0.weight", .n_dims = 2, .dims = {2, 3}, .n = 6, .values = a},
        {.name = "long \"name\"", .n_dims = 1, .dims = {5000}, .n = 5000, .values = b}};
    const char *const metadata[] = {"seed", "7", NULL};
    const char *path = temp_path(&folder, "w.safetensors");
    if (tensors_write(&fake.host, path, rows, 2, metadata) != CIM_OK) fail_msg("%s", fake.message);
    tensors *t = NULL;
    if (tensors_read(&fake.host, path, &t) != CIM_OK) fail_msg("%s", fake.message);
    assert_int_equal(tensors_count(t), 2);
    assert_values(tensors_find(t, "conv0.weight"), 6, a);
    assert_values(tensors_find(t, "long \"name\""), 5000, b);
    assert_int_equal(tensors_at(t, 0)->dims[1], 3);
    tensors_free(t);
}

static void test_writing_refuses_and_leaves_nothing(void **state) {
    (void)state;
    const float a[1] = {1};
    const tensor twice[] = {{.name = "a", .n_dims = 1, .dims = {1}, .n = 1, .values = a},
                            {.name = "a", .n_dims = 1, .dims = {1}, .n = 1, .values = a}};
    const char *path = temp_path(&folder, "w.safetensors");
    assert_int_equal(tensors_write(&fake.host, path, twice, 2, NULL), CIM_E_ARGUMENT);
    assert_int_equal(tensors_write(&fake.host, temp_path(&folder, "no/w"), twice, 1, NULL),
                     CIM_E_FILE);
    assert_non_null(strstr(fake.message, "no/w: cannot be written: No such file"));
    assert_int_not_equal(access(path, F_OK), 0);
}

/* ---- damaged files --------------------------------------------------------------------------- */

static void refused(const char *head, size_t n, const char *message) {
    static const unsigned char data[64];
    tensors *t = NULL;
    assert_int_equal(parse(head, data, n, &t), CIM_E_FILE);
    assert_null(t);
    assert_string_equal(fake.message, message);
}

static void test_damaged_safetensors(void **state) {
    (void)state;
    refused("{", 0,
            "w.safetensors: byte 9: the head is no JSON: string or '}' expected near end of file");
    refused("[]", 0, "w.safetensors: byte 8: the head is no JSON object");
    refused("{\"a\":{\"dtype\":\"F4\",\"shape\":[],\"data_offsets\":[0,4]}}", 4,
            "w.safetensors: byte 8: tensor a: dtype F4 is not known");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4,
            "w.safetensors: byte 8: tensor a: shape[0] must be a natural number");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4,
            "w.safetensors: byte 8: tensor a: data_offsets must be two numbers within the 4 bytes "
            "behind the head");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4,
            "w.safetensors: byte 62: tensor a: 4 bytes do not fit its shape");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}", 4,
            "w.safetensors: byte 80: tensor a: 4 bytes do not fit its shape");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
            "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3,
            "w.safetensors: byte 114: tensor b overlaps the one before it");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3,
            "w.safetensors: byte 62: tensor a leaves a hole before it");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 3,
            "w.safetensors: byte 63: 1 bytes that belong to no tensor");
    const char *path = temp_file(&folder, "w", "\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10);
    char message[400];
    tensors *t = NULL;
    assert_int_equal(tensors_read(&fake.host, path, &t), CIM_E_FILE);
    snprintf(message, sizeof message,
             "%s: byte 0: a head of 9223372036854775807 bytes does not fit "
             "into the file: neither a safetensors nor an npz file",
             path);
    assert_string_equal(fake.message, message);
}

/* The first bytes of what torch.save() writes, with and without _use_new_zipfile_serialization. */
static void test_files_of_torch_say_what_to_do(void **state) {
    (void)state;
    static const char zip[] = "PK\3\4\0\0\10\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                              "\21\0\21\0resnet18/data.pklFB\15\0";
    static const char pickles[] = "\x80\2\x8a\12l\xfc\x9c\x46\xf9 j\xa8P\x19.\x80\2M\xe9\3.";
    const struct { const char *name; const void *data; size_t n; } files[] = {
        {"new.pth", zip, sizeof zip - 1}, {"old.pth", pickles, sizeof pickles - 1}};
    for (int i = 0; i < 2; i++) {
        tensors *t = NULL;
        const char *path = temp_file(&folder, files[i].name, files[i].data, files[i].n);
        assert_int_equal(tensors_read(&fake.host, path, &t), CIM_E_FILE);
        assert_non_null(strstr(fake.message, files[i].name));
        assert_non_null(strstr(fake.message, "written by torch.save(), which is neither"));
        assert_non_null(strstr(fake.message, "safetensors.torch.save_file(state_dict"));
    }
}

static void test_files_that_cannot_be_read(void **state) {
    (void)state;
    tensors *t = NULL;
    assert_int_equal(tensors_read(&fake.host, temp_path(&folder, "none"), &t), CIM_E_FILE);
    assert_non_null(strstr(fake.message, "none: No such file"));
    assert_int_equal(tensors_read(&fake.host, folder.path, &t), CIM_E_FILE);
    assert_non_null(strstr(fake.message, "is not a file"));
}

static void test_memory_may_run_out_anywhere(void **state) {
    (void)state;
    const float a[2] = {1, 2};
    const tensor rows[] = {{.name = "a", .n_dims = 1, .dims = {2}, .n = 2, .values = a}};
    const char *path = temp_path(&folder, "w.safetensors");
    assert_int_equal(tensors_write(&fake.host, path, rows, 1, NULL), CIM_OK);
    tensors *t = NULL;
    int tries = 0;
    do {
        fake.allocations = 0;
        fake.fail_at = tries++;
        const cim_status status = tensors_read(&fake.host, path, &t);
        assert_true(status == CIM_OK || status == CIM_E_MEMORY);
        assert_true((status == CIM_OK) == (t != NULL));
    } while (!t);
    assert_true(tries > 4);
    tensors_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_type_becomes_float, setup, teardown),
        cmocka_unit_test_setup_teardown(test_half_floats_at_their_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_need_names_tensor_and_shapes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_written_is_read_as_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(test_writing_refuses_and_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_safetensors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files_of_torch_say_what_to_do, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files_that_cannot_be_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory_may_run_out_anywhere, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
