/* Images from IDX files: Debian's Fashion-MNIST, small files of our own, damaged ones. */
#include <zlib.h>

#include "dataset_fixture.h"

#include "dataset.h"

/* ---- the package ----------------------------------------------------------------------------- */

/* The first classes of the test images, as anyone's loader shows them: ankle boot, pullover,
 * trouser, trouser, shirt, trouser, coat, shirt, sandal, sneaker. Each class has 1,000 images. */
static void test_fashion_mnist_of_the_package(void **state) {
    (void)state;
    const uint32_t first[] = {9, 2, 1, 1, 6, 1, 4, 6, 5, 7};
    dataset *d = read_set(&(dataset_request){.name = "fashion_mnist"});
    assert_int_equal(d->n, 10000);
    assert_int_equal(d->n_classes, 10);
    assert_true(d->channels == 1 && d->height == 28 && d->width == 28);
    assert_memory_equal(d->labels, first, sizeof first);
    uint32_t of_class[10] = {0};
    for (uint32_t i = 0; i < d->n; i++) of_class[d->labels[i]]++;
    for (int c = 0; c < 10; c++) assert_int_equal(of_class[c], 1000);
    uint64_t sum = 0;
    for (size_t i = 0; i < (size_t)d->n * 784; i++) sum += d->pixels[i];
    assert_int_equal(sum, 573469082);
    dataset_free(d);
}

static void test_first_training_images_padded(void **state) {
    (void)state;
    dataset *d = read_set(&(dataset_request){.part = DATASET_TRAIN, .limit = 7, .height = 32,
                                             .width = 32, .channels = 3});
    dataset *plain = read_set(&(dataset_request){.part = DATASET_TRAIN, .limit = 7});
    assert_true(d->n == 7 && d->channels == 3 && d->height == 32 && d->width == 32);
    assert_int_equal(d->labels[0], 9);
    for (uint32_t y = 0; y < 32; y++)
        for (uint32_t x = 0; x < 32; x++)
            for (uint32_t c = 0; c < 3; c++) {
                const int inside = y >= 2 && y < 30 && x >= 2 && x < 30;
                assert_int_equal(dataset_image(d, 6)[c * 1024 + y * 32 + x],
                                 inside ? dataset_image(plain, 6)[(y - 2) * 28 + x - 2] : 0);
            }
    dataset_free(plain);
    dataset_free(d);
}

/* ---- small files ----------------------------------------------------------------------------- */

/* Two images of 2 x 3 pixels, of class 4 and 1. */
static const unsigned char small_images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0,  0,  0,  2,  0,  0,
                                             0, 3, 1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
static const unsigned char small_labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 4, 1};

static void write_small(size_t images, size_t labels) {
    temp_file(&folder, "t10k-images-idx3-ubyte", small_images, images);
    temp_file(&folder, "t10k-labels-idx1-ubyte", small_labels, labels);
}

static void write_packed(const char *name, const void *data, size_t n) {
    gzFile f = gzopen(temp_path(&folder, name), "wb");
    assert_int_equal(gzwrite(f, data, (unsigned)n), n);
    assert_int_equal(gzclose(f), Z_OK);
}

static void test_plain_and_packed_are_the_same(void **state) {
    (void)state;
    const dataset_request what = {.name = "mnist", .path = folder.path};
    const char *const names[] = {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
    write_small(sizeof small_images, sizeof small_labels);
    for (int packed = 0; packed < 2; packed++) {
        dataset *d = read_set(&what);
        assert_true(d->n == 2 && d->height == 2 && d->width == 3 && d->n_classes == 5);
        assert_memory_equal(d->pixels, small_images + 16, 12);
        assert_true(d->labels[0] == 4 && d->labels[1] == 1);
        dataset_free(d);
        for (int i = 0; i < 2; i++) unlink(temp_path(&folder, names[i]));
        write_packed("t10k-images-idx3-ubyte.gz", small_images, sizeof small_images);
        write_packed("t10k-labels-idx1-ubyte.gz", small_labels, sizeof small_labels);
    }
}

static void test_scaling(void **state) {
    (void)state;
    write_small(sizeof small_images, sizeof small_labels);
    dataset_request what = {.name = "mnist", .path = folder.path, .height = 1, .width = 1,
                            .fit = DATASET_SCALE};
    dataset *d = read_set(&what);
    assert_true(d->height == 1 && d->width == 1);
    assert_int_equal(d->pixels[1], 35); /* the middle of 10 .. 60 */
    dataset_free(d);
    what.height = 4, what.width = 6;
    d = read_set(&what);
    const uint8_t rows[4][6] = {{10, 13, 18, 23, 28, 30}, {18, 20, 25, 30, 35, 38},
                                {33, 35, 40, 45, 50, 53}, {40, 43, 48, 53, 58, 60}};
    for (int i = 0; i < 24; i++)
        assert_in_range(dataset_image(d, 1)[i], rows[i / 6][i % 6] - 1, rows[i / 6][i % 6] + 1);
    dataset_free(d);
}

/* ---- damaged and missing --------------------------------------------------------------------- */

static void test_missing_data_say_what_to_get(void **state) {
    (void)state;
    refused(&(dataset_request){.name = "fashion_mnist", .path = folder.path},
            "Debian's package dataset-fashion-mnist");
    refused(&(dataset_request){.name = "cifar10"}, "cifar-10-binary.tar.gz");
    refused(&(dataset_request){.name = "cifar100"}, "cifar-100-binary.tar.gz");
    refused(&(dataset_request){.name = "imagenet"}, "ILSVRC2012_img_val.tar");
    refused(&(dataset_request){.name = "tiny_imagenet"}, "tiny-imagenet-200.zip");
    refused(&(dataset_request){.path = temp_path(&folder, "none")}, "none");
}

static void test_damaged_idx(void **state) {
    (void)state;
    const dataset_request what = {.name = "mnist", .path = folder.path};
    write_small(sizeof small_images - 1, sizeof small_labels);
    refused(&what, "t10k-images-idx3-ubyte: byte 27: is 27 bytes long: its head says 28");
    write_small(3, sizeof small_labels);
    refused(&what, "t10k-images-idx3-ubyte: byte 3: too short for an IDX file");
    write_small(sizeof small_images, 9);
    refused(&what, "t10k-labels-idx1-ubyte: byte 9: is 9 bytes long: its head says 10");
    unsigned char head[sizeof small_images];
    memcpy(head, small_images, sizeof head);
    head[9] = 1; /* 65,538 rows */
    temp_file(&folder, "t10k-images-idx3-ubyte", head, sizeof head);
    temp_file(&folder, "t10k-labels-idx1-ubyte", small_labels, sizeof small_labels);
    refused(&what, "byte 8: images of 65538 pixels a side: must be 1..16384");
    head[9] = 0, head[2] = 13; /* floats */
    temp_file(&folder, "t10k-images-idx3-ubyte", head, sizeof head);
    refused(&what, "byte 0: is no IDX file of images");
    head[2] = 8, head[7] = 3; /* 3 images */
    temp_file(&folder, "t10k-images-idx3-ubyte", head, sizeof head);
    refused(&what, "byte 28: is 28 bytes long: its head says 34");
}

static void test_damaged_packed_idx(void **state) {
    (void)state;
    const dataset_request what = {.name = "mnist", .path = folder.path};
    unsigned char head[sizeof small_images + 1] = {0};
    memcpy(head, small_images, sizeof small_images);
    write_packed("t10k-labels-idx1-ubyte.gz", small_labels, sizeof small_labels);
    write_packed("t10k-images-idx3-ubyte.gz", head, sizeof head);
    refused(&what, "unpacks to more than the 28 bytes");
    write_packed("t10k-images-idx3-ubyte.gz", head, sizeof head - 2);
    refused(&what, "unpacks to 27 bytes: 28 are needed");
    head[4] = 0x7f; /* 2,130,706,434 images: nobody may ask for their memory */
    write_packed("t10k-images-idx3-ubyte.gz", head, sizeof head);
    refused(&what, "cannot unpack to the");
    unsigned char packed[200] = {0};
    write_packed("t10k-images-idx3-ubyte.gz", small_images, sizeof small_images);
    FILE *f = fopen(temp_path(&folder, "t10k-images-idx3-ubyte.gz"), "rb");
    const size_t n = fread(packed, 1, sizeof packed, f);
    fclose(f);
    packed[n - 8] ^= 1; /* of the checksum */
    temp_file(&folder, "t10k-images-idx3-ubyte.gz", packed, n);
    refused(&what, "cannot be unpacked: incorrect data check");
    temp_file(&folder, "t10k-images-idx3-ubyte.gz", packed, n - 12);
    refused(&what, "the compressed data end too early");
}

static void test_memory_may_run_out_anywhere(void **state) {
    (void)state;
    const dataset_request what = {.name = "mnist", .path = folder.path, .height = 5, .width = 7,
                                  .fit = DATASET_SCALE};
    write_packed("t10k-labels-idx1-ubyte.gz", small_labels, sizeof small_labels);
    write_packed("t10k-images-idx3-ubyte.gz", small_images, sizeof small_images);
    dataset *d = NULL;
    int tries = 0;
    do {
        fake.allocations = 0;
        fake.fail_at = tries++;
        const cim_status status = dataset_read(&fake.host, &what, &d);
        assert_true(status == CIM_OK || status == CIM_E_MEMORY);
        assert_true((status == CIM_OK) == (d != NULL));
    } while (!d);
    assert_true(tries > 6);
    dataset_free(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fashion_mnist_of_the_package, setup, teardown),
        cmocka_unit_test_setup_teardown(test_first_training_images_padded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plain_and_packed_are_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scaling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing_data_say_what_to_get, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_idx, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_packed_idx, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory_may_run_out_anywhere, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
