/* Images from CIFAR's records, npz files and folders of PNG and JPEG, and what is said of
 * damage. */
#include <stdlib.h>

#include "dataset_fixture.h"

#include "images.h"

#define GOLDEN SOURCE_DIR "/tests/golden/data/"

/* ---- CIFAR ----------------------------------------------------------------------------------- */

enum { RECORDS = 3 };

/* Record i: class i + FIRST, pixels that count from i. */
static size_t records(unsigned char *to, uint32_t label_bytes, uint32_t first) {
    unsigned char *at = to;
    for (uint32_t i = 0; i < RECORDS; i++) {
        if (label_bytes == 2) *at++ = 7;
        *at++ = (unsigned char)(i + first);
        for (uint32_t k = 0; k < CIFAR_PIXELS; k++) *at++ = (unsigned char)(i + k);
    }
    return (size_t)(at - to);
}

static unsigned char room[RECORDS * (CIFAR_PIXELS + 2)];

static void test_cifar10(void **state) {
    (void)state;
    dataset_request what = {.name = "cifar10", .path = folder.path, .part = DATASET_TRAIN};
    temp_file(&folder, "data_batch_1.bin", room, records(room, 1, 0));
    temp_file(&folder, "data_batch_3.bin", room, records(room, 1, 7));
    dataset *d = read_set(&what);
    assert_true(d->n == 6 && d->n_classes == 10 && d->channels == 3 && d->height == 32);
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(d->labels[i], i < 3 ? i : i + 4);
        assert_int_equal(dataset_image(d, i)[1025], (i % 3 + 1025) & 255);
    }
    dataset_free(d);
    what.limit = 4;
    d = read_set(&what);
    assert_true(d->n == 4 && d->labels[3] == 7);
    dataset_free(d);
    what.part = DATASET_TEST;
    refused(&what, "cifar-10-binary.tar.gz");
}

static void test_cifar100_has_two_labels(void **state) {
    (void)state;
    temp_file(&folder, "test.bin", room, records(room, 2, 90));
    dataset *d = read_set(&(dataset_request){.name = "cifar100", .path = folder.path});
    assert_true(d->n == 3 && d->n_classes == 100 && d->labels[2] == 92 && d->pixels[1] == 1);
    dataset_free(d);
}

static void test_damaged_cifar(void **state) {
    (void)state;
    const dataset_request what = {.name = "cifar10", .path = folder.path};
    temp_file(&folder, "test_batch.bin", room, records(room, 1, 0) - 1);
    refused(&what, "test_batch.bin: byte 6146: a record that is not complete: must be 3073 bytes");
    temp_file(&folder, "test_batch.bin", room, records(room, 1, 9));
    refused(&what, "test_batch.bin: byte 3073: class 10: must be below 10");
    temp_file(&folder, "test_batch.bin", room, 0);
    refused(&what, "byte 0: a record that is not complete");
}

/* ---- npz ------------------------------------------------------------------------------------- */

static void test_npz_of_numpy(void **state) {
    (void)state;
    dataset *d = read_set(&(dataset_request){.path = GOLDEN "images.npz"});
    assert_true(d->n == 3 && d->channels == 3 && d->height == 4 && d->width == 5);
    assert_true(d->labels[0] == 2 && d->labels[1] == 0 && d->labels[2] == 1 && d->n_classes == 3);
    for (uint32_t i = 0; i < 3; i++)
        for (uint32_t k = 0; k < 20; k++)
            for (uint32_t c = 0; c < 3; c++)
                assert_int_equal(dataset_image(d, i)[c * 20 + k], (i * 60 + k * 3 + c) * 7 % 256);
    dataset_free(d);
    d = read_set(&(dataset_request){.path = GOLDEN "images.npz", .part = DATASET_TRAIN});
    assert_true(d->n == 1 && d->labels[0] == 1);
    dataset_free(d);
    refused(&(dataset_request){.path = GOLDEN "weights.npz"},
            "weights.npz: byte 0: holds none of these pairs: x_test and y_test");
}

/* Image 1 of images.npz as Pillow's resize(.., BILINEAR) has it; it rounds after each direction. */
static void test_scaling_is_pillows(void **state) {
    (void)state;
    static const uint8_t small[] = {128, 161, 194, 75, 108, 141, 201, 94,  87,
                                    135, 168, 201, 82, 115, 148, 208, 101, 94,
                                    142, 175, 106, 89, 122, 155, 137, 68,  101};
    static const uint8_t large_red[] = {
        164, 171, 183, 194, 206, 218, 229, 241, 248, 126, 133, 145, 156, 168, 180, 191, 203, 210,
        51,  58,  70,  81,  93,  105, 116, 128, 135, 39,  46,  58,  69,  81,  93,  104, 116, 123,
        92,  99,  111, 122, 134, 146, 157, 169, 176, 144, 151, 163, 146, 122, 134, 145, 157, 164,
        197, 204, 216, 142, 47,  59,  70,  82,  89,  223, 230, 242, 140, 9,   21,  32,  44,  51};
    dataset_request what = {.path = GOLDEN "images.npz", .height = 3, .width = 3,
                            .fit = DATASET_SCALE};
    dataset *d = read_set(&what);
    for (size_t i = 0; i < sizeof small; i++)
        if (abs(dataset_image(d, 1)[i] - small[i]) > 1)
            fail_msg("%zu: %d, Pillow %d", i, dataset_image(d, 1)[i], small[i]);
    dataset_free(d);
    what.height = 8, what.width = 9;
    d = read_set(&what);
    for (size_t i = 0; i < sizeof large_red; i++)
        if (abs(dataset_image(d, 1)[i] - large_red[i]) > 1)
            fail_msg("%zu: %d, Pillow %d", i, dataset_image(d, 1)[i], large_red[i]);
    dataset_free(d);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static void decode(const char *name, picture *p, uint8_t **own) {
    char path[256];
    bytes b;
    snprintf(path, sizeof path, GOLDEN "%s", name);
    assert_int_equal(bytes_read(&fake.host, path, &b), CIM_OK);
    if (images_decode(&b, p, own) != CIM_OK) fail_msg("%s", fake.message);
    bytes_free(&b);
    assert_true(p->height == 8 && p->width == 12 && p->interleaved && p->at == *own);
}

/* Every pixel within ERROR of the picture (tests/golden/data/README.md). */
static void assert_picture(const char *name, uint32_t channels, int error) {
    picture p;
    uint8_t *own = NULL;
    decode(name, &p, &own);
    assert_int_equal(p.channels, channels);
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 12; x++) {
            const int rgb[3] = {30 * y, 20 * x, 10 * (x + y)};
            const int luma = (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000;
            for (uint32_t c = 0; c < channels; c++) {
                const int is = own[((uint32_t)(y * 12 + x)) * channels + c];
                const int wanted = channels == 1 ? luma : rgb[c];
                if (abs(is - wanted) > error)
                    fail_msg("%s: (%d, %d) channel %u is %d: %d", name, y, x, c, is, wanted);
            }
        }
    fake.host.release(&fake.host, own);
}

static void test_png_and_jpeg(void **state) {
    (void)state;
    assert_picture("colours.png", 3, 0);
    assert_picture("grey.png", 1, 1);    /* Pillow's rounding */
    assert_picture("palette.png", 3, 70); /* 8 colours */
    assert_picture("colours.jpg", 3, 6);
    assert_picture("grey.jpg", 1, 3);
    assert_picture("inks.jpg", 3, 6);
}

/* Flips or cuts: byte OFFSET of the file, or everything from there on. */
static void damaged(const char *name, size_t offset, int cut, const char *words) {
    char path[256];
    bytes b;
    picture p;
    uint8_t *own = NULL;
    snprintf(path, sizeof path, GOLDEN "%s", name);
    assert_int_equal(bytes_read(&fake.host, path, &b), CIM_OK);
    assert_true(offset < b.size);
    if (cut) b.size = offset;
    else ((unsigned char *)(uintptr_t)b.at)[offset] ^= 0x55;
    assert_int_equal(images_decode(&b, &p, &own), CIM_E_FILE);
    assert_null(own);
    if (!strstr(fake.message, words)) fail_msg("'%s' is not in '%s'", words, fake.message);
    bytes_free(&b);
}

static void test_damaged_pictures(void **state) {
    (void)state;
    damaged("colours.png", 0, 0, "byte 0: is neither a PNG nor a JPEG image");
    damaged("colours.png", 50, 0, "byte 33: the checksum of a chunk does not agree");
    damaged("colours.png", 33, 0, "byte 33: a chunk of ");
    damaged("colours.png", 60, 1, "byte 33: a chunk of ");
    damaged("colours.png", 8, 1, "byte 8: the image is cut off");
    damaged("colours.jpg", 500, 1, "colours.jpg: byte ");
    damaged("colours.jpg", 4, 1, "Premature end of JPEG file");
}

static void test_sizes_are_bounded_before_memory(void **state) {
    (void)state;
    bytes b;
    picture p;
    uint8_t *own = NULL;
    assert_int_equal(bytes_read(&fake.host, GOLDEN "grey.jpg", &b), CIM_OK);
    unsigned char *at = (unsigned char *)(uintptr_t)b.at;
    size_t frame = 0;
    while (frame + 9 < b.size && !(at[frame] == 0xff && at[frame + 1] == 0xc0)) frame++;
    for (int i = 5; i < 9; i++) at[frame + (size_t)i] = 0x3f; /* 16,191 x 16,191 */
    const int before = fake.allocations;
    assert_int_equal(images_decode(&b, &p, &own), CIM_E_FILE);
    assert_non_null(strstr(fake.message, "an image of 16191 x 16191 pixels: at most 16384 a side"));
    assert_int_equal(fake.allocations, before);
    bytes_free(&b);
}

/* ---- folders --------------------------------------------------------------------------------- */

static void copy(const char *name, const char *to) {
    bytes b;
    char path[256];
    snprintf(path, sizeof path, GOLDEN "%s", name);
    assert_int_equal(bytes_read(&fake.host, path, &b), CIM_OK);
    temp_file(&folder, to, b.at, b.size);
    bytes_free(&b);
}

static void test_folder_with_a_sub_folder_a_class(void **state) {
    (void)state;
    temp_subfolder(&folder, "val");
    temp_subfolder(&folder, "val/n02");
    temp_subfolder(&folder, "val/n01");
    temp_subfolder(&folder, "val/n01/images");
    copy("grey.png", "val/n01/images/a.PNG");
    copy("colours.png", "val/n02/b.png");
    copy("colours.jpg", "val/n02/a.JPEG");
    temp_file(&folder, "val/n02/a.txt", "no image", 8);
    dataset_request what = {.name = "imagenet", .path = folder.path, .channels = 3};
    dataset *d = read_set(&what);
    assert_true(d->n == 3 && d->n_classes == 2 && d->height == 8 && d->width == 12);
    assert_true(d->labels[0] == 0 && d->labels[1] == 1 && d->labels[2] == 1);
    assert_int_equal(dataset_image(d, 2)[96 + 11], 220); /* green, the end of the first row */
    assert_int_equal(dataset_image(d, 0)[96 + 11], dataset_image(d, 0)[11]);
    dataset_free(d);
    what.limit = 2, what.height = what.width = 4; /* 7 of the 8 rows, in the middle, in squares */
    d = read_set(&what);
    assert_true(d->n == 2 && d->height == 4 && d->width == 4);
    const uint8_t *red = dataset_image(d, 1);
    assert_in_range(red[0], 20, 30);  /* a step is 1.75 rows: the centre of the first is 0.875 */
    assert_in_range(red[12], 178, 190);
    assert_in_range(red[16 + 3] - red[16], 95, 115); /* green: three steps of 35 */
    dataset_free(d);
}

/* Of ImageNet many have val alone, which is no class: not what is trained on, but the ranges of a
 * network's values can be taken from it. */
static void test_parts_are_no_classes(void **state) {
    (void)state;
    temp_subfolder(&folder, "val");
    copy("grey.png", "val/c.png");    /* as ILSVRC2012_img_val.tar has them */
    refused(&(dataset_request){.name = "imagenet", .path = folder.path}, "holds no sub-folders");
    temp_subfolder(&folder, "val/n01");
    temp_subfolder(&folder, "val/n02");
    copy("grey.png", "val/n01/a.png");
    copy("colours.png", "val/n02/b.png");
    dataset_request what = {.name = "imagenet", .path = folder.path, .part = DATASET_TRAIN,
                            .channels = 3};
    refused(&what, "data set ImageNet: ");
    refused(&what, " has a folder val, and none of the name train");
    what.or_test = 1;
    dataset *d = read_set(&what);
    assert_true(d->n == 2 && d->n_classes == 2 && d->labels[0] == 0 && d->labels[1] == 1);
    dataset_free(d);
    temp_subfolder(&folder, "train");
    temp_subfolder(&folder, "train/n01");
    copy("grey.png", "train/n01/c.png");
    d = read_set(&what);
    assert_true(d->n == 1 && d->n_classes == 1);
    dataset_free(d);
}

static void test_train_alone_is_no_test(void **state) {
    (void)state;
    temp_subfolder(&folder, "train");
    copy("grey.png", "train/a.png"); /* a class of vehicles */
    temp_subfolder(&folder, "a");
    copy("grey.png", "a/a.png");
    const dataset_request what = {.path = folder.path};
    dataset *d = read_set(&what);
    assert_true(d->n == 2 && d->n_classes == 2);
    dataset_free(d);
    temp_subfolder(&folder, "train/n01");
    copy("grey.png", "train/n01/c.png");
    refused(&what, " has a folder train, and none of the name val or test");
}

static void test_validation_images_of_tiny_imagenet(void **state) {
    (void)state;
    static const char list[] =
        "v_2.JPEG\tn9\t0\t0\t62\t62\nv_0.JPEG\tn1\t1\t1\t2\t2\nv_1.JPEG\tn9\n";
    temp_subfolder(&folder, "val");
    temp_subfolder(&folder, "val/images");
    temp_file(&folder, "val/val_annotations.txt", list, sizeof list - 1);
    copy("grey.jpg", "val/images/v_0.JPEG");
    copy("colours.jpg", "val/images/v_1.JPEG");
    const dataset_request what = {.name = "tiny_imagenet", .path = folder.path, .channels = 3};
    refused(&what, "v_2.JPEG: No such file");
    copy("inks.jpg", "val/images/v_2.JPEG");
    dataset *d = read_set(&what);
    assert_true(d->n == 3 && d->n_classes == 2);
    assert_true(d->labels[0] == 0 && d->labels[1] == 1 && d->labels[2] == 1);
    dataset_free(d);
    temp_file(&folder, "val/val_annotations.txt", list, sizeof list - 2 - 3);
    refused(&what, "val_annotations.txt: byte 42: must be a line of file, tab, class");
    temp_file(&folder, "val/val_annotations.txt", "../../x.png\tn1\n", 15);
    refused(&what, "byte 0: '../../x.png' is no image file");
}

static void test_folder_without_images(void **state) {
    (void)state;
    refused(&(dataset_request){.path = folder.path}, "holds no sub-folders, one a class");
    temp_subfolder(&folder, "a");
    temp_file(&folder, "a/x.png", "", 0);
    refused(&(dataset_request){.path = folder.path}, "a/x.png: byte 0: is neither a PNG nor");
}

static void test_requests_out_of_range(void **state) {
    (void)state;
    dataset *d = NULL;
    const dataset_request what[] = {{.crop = 1.5}, {.channels = 2}, {.height = 20000}};
    for (int i = 0; i < 3; i++)
        assert_int_equal(dataset_read(&fake.host, &what[i], &d), CIM_E_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cifar10, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cifar100_has_two_labels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_cifar, setup, teardown),
        cmocka_unit_test_setup_teardown(test_npz_of_numpy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scaling_is_pillows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_png_and_jpeg, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_pictures, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sizes_are_bounded_before_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_folder_with_a_sub_folder_a_class, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parts_are_no_classes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_train_alone_is_no_test, setup, teardown),
        cmocka_unit_test_setup_teardown(test_validation_images_of_tiny_imagenet, setup, teardown),
        cmocka_unit_test_setup_teardown(test_folder_without_images, setup, teardown),
        cmocka_unit_test_setup_teardown(test_requests_out_of_range, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
