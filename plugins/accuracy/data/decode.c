/* PNG and JPEG through libpng and libjpeg. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

#include <cim_sdk/text.h>

#include "images.h"

static cim_status make_room(const bytes *b, uint64_t height, uint64_t width, uint32_t channels,
                            picture *p, uint8_t **own) {
    if (!height || !width || height > MAX_SIDE || width > MAX_SIDE || height * width > MAX_PIXELS)
        return bytes_damaged(b, 0,
                             "an image of %" PRIu64 " x %" PRIu64 " pixels: at most %d a side, "
                             "%" PRIu64 " in all",
                             height, width, MAX_SIDE, MAX_PIXELS);
    *own = b->host->alloc(b->host, (size_t)(height * width), channels);
    if (!*own) return cim_failf(b->host, CIM_E_MEMORY, "%s: no memory for the image", b->file);
    *p = (picture){.at = *own, .channels = channels, .height = (uint32_t)height,
                   .width = (uint32_t)width, .interleaved = 1};
    return CIM_OK;
}

/* ---- PNG ------------------------------------------------------------------------------------- */

static const unsigned char png_mark[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

static uint32_t big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* libpng does not say where: chunk after chunk, each with its length and checksum. */
static cim_status check_chunks(const bytes *b) {
    for (size_t at = sizeof png_mark; ;) {
        if (b->size - at < 12) return bytes_damaged(b, at, "the image is cut off");
        const uint32_t length = big_endian(b->at + at);
        if (length > b->size - at - 12)
            return bytes_damaged(b, at, "a chunk of %u bytes does not fit", length);
        const uLong sum = crc32(crc32(0, NULL, 0), b->at + at + 4, length + 4);
        if (sum != big_endian(b->at + at + 8 + length))
            return bytes_damaged(b, at, "the checksum of a chunk does not agree");
        if (memcmp(b->at + at + 4, "IEND", 4) == 0) return CIM_OK;
        at += 12 + (size_t)length;
    }
}

static cim_status decode_png(const bytes *b, picture *p, uint8_t **own) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    cim_status status = check_chunks(b);
    if (status != CIM_OK) return status;
    if (!png_image_begin_read_from_memory(&image, b->at, b->size))
        return bytes_damaged(b, sizeof png_mark, "%s", image.message);
    const int colour = (image.format & PNG_FORMAT_FLAG_COLOR) != 0;
    status = make_room(b, image.height, image.width, colour ? 3 : 1, p, own);
    if (status == CIM_OK) {
        const png_color black = {0, 0, 0};
        image.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
        if (!png_image_finish_read(&image, &black, *own, 0, NULL))
            status = bytes_damaged(b, sizeof png_mark, "%s", image.message);
    }
    png_image_free(&image);
    return status;
}

/* ---- JPEG ------------------------------------------------------------------------------------ */

typedef struct jpeg {
    struct jpeg_decompress_struct is;
    struct jpeg_error_mgr errors;
    jmp_buf back;
    char message[JMSG_LENGTH_MAX];
    size_t at;                /* how far it had read when something was wrong */
    const bytes *b;
    picture *p;
    uint8_t **own;
    uint8_t *row;             /* four inks */
    cim_status status;
} jpeg;

_Noreturn static void jpeg_stop(j_common_ptr common) {
    jpeg *j = common->client_data;
    j->errors.format_message(common, j->message);
    if (j->is.src) j->at = j->b->size - j->is.src->bytes_in_buffer;
    longjmp(j->back, 1);
}

/* A warning is damage too: libjpeg would go on with grey. */
static void jpeg_message(j_common_ptr common, int level) {
    if (level < 0) jpeg_stop(common);
}

/* Adobe writes the inks inverted. */
static void add_row_of_inks(jpeg *j, uint8_t *to) {
    for (uint32_t x = 0; x < j->p->width; x++)
        for (uint32_t c = 0; c < 3; c++) {
            const uint32_t ink = j->row[4 * x + c], black = j->row[4 * x + 3];
            to[3 * x + c] = (uint8_t)(j->is.saw_Adobe_marker ? ink * black / 255
                                                             : (255 - ink) * (255 - black) / 255);
        }
}

/* Leaves by longjmp when libjpeg is not content. */
static void jpeg_decode(jpeg *j) {
    jpeg_create_decompress(&j->is);
    jpeg_mem_src(&j->is, j->b->at, (unsigned long)j->b->size);
    jpeg_read_header(&j->is, TRUE);
    const int inks = j->is.num_components == 4;
    const uint32_t channels = j->is.num_components == 1 ? 1 : 3;
    j->is.out_color_space = inks ? JCS_CMYK : channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    j->is.dct_method = JDCT_ISLOW;
    j->status = make_room(j->b, j->is.image_height, j->is.image_width, channels, j->p, j->own);
    if (j->status != CIM_OK) return;
    if (inks) j->row = j->b->host->alloc(j->b->host, j->p->width, 4);
    if (inks && !j->row) {
        j->status = cim_failf(j->b->host, CIM_E_MEMORY, "%s: no memory for the image", j->b->file);
        return;
    }
    jpeg_start_decompress(&j->is);
    while (j->is.output_scanline < j->is.output_height) {
        uint8_t *to = *j->own + (size_t)j->is.output_scanline * j->p->width * channels;
        JSAMPROW row = inks ? j->row : to;
        jpeg_read_scanlines(&j->is, &row, 1);
        if (inks) add_row_of_inks(j, to);
    }
    jpeg_finish_decompress(&j->is);
}

static cim_status decode_jpeg(const bytes *b, picture *p, uint8_t **own) {
    jpeg j = {.b = b, .p = p, .own = own};
    j.is.err = jpeg_std_error(&j.errors);
    j.errors.error_exit = jpeg_stop;
    j.errors.emit_message = jpeg_message;
    j.is.client_data = &j;
    if (setjmp(j.back) == 0) jpeg_decode(&j);
    else j.status = bytes_damaged(b, j.at, "%s", j.message);
    jpeg_destroy_decompress(&j.is);
    b->host->release(b->host, j.row);
    return j.status;
}

/* ---- which ----------------------------------------------------------------------------------- */

cim_status images_decode(const bytes *file, picture *p, uint8_t **own) {
    cim_status status;
    *own = NULL;
    if (file->size >= 8 && memcmp(file->at, png_mark, 8) == 0) status = decode_png(file, p, own);
    else if (file->size >= 3 && memcmp(file->at, "\xff\xd8\xff", 3) == 0)
        status = decode_jpeg(file, p, own);
    else return bytes_damaged(file, 0, "is neither a PNG nor a JPEG image");
    if (status != CIM_OK) {
        file->host->release(file->host, *own);
        *own = NULL;
    }
    return status;
}
