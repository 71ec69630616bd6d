/* The dynamic symbol table of a file, read without trust: every offset is checked. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct image {
    const char *bytes;
    size_t size;
} image;

/* N bytes at OFFSET, or NULL when the file is shorter. */
static const void *part(const image *m, uint64_t offset, uint64_t n) {
    return offset <= m->size && n <= m->size - offset ? m->bytes + offset : NULL;
}

static bool is_shared_object(const image *m) {
    const ElfW(Ehdr) *head = part(m, 0, sizeof *head);
    const uint16_t one = 1;
    const unsigned char order = *(const unsigned char *)&one ? ELFDATA2LSB : ELFDATA2MSB;
    return head && memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 && head->e_type == ET_DYN &&
           head->e_ident[EI_CLASS] == (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) &&
           head->e_ident[EI_DATA] == order && head->e_shentsize == sizeof(ElfW(Shdr));
}

static bool is_offered(const ElfW(Sym) *s) {
    unsigned binding = s->st_info >> 4, visibility = s->st_other & 3;
    return s->st_shndx != SHN_UNDEF && binding != STB_LOCAL &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

static bool walk(const image *m, void (*each)(void *, const char *), void *context) {
    const ElfW(Ehdr) *head = part(m, 0, sizeof *head);
    const ElfW(Shdr) *sections = part(m, head->e_shoff, (uint64_t)head->e_shnum * sizeof *sections);
    for (uint32_t i = 0; sections && i < head->e_shnum; i++) {
        const ElfW(Shdr) *s = &sections[i];
        if (s->sh_type != SHT_DYNSYM || s->sh_link >= head->e_shnum) continue;
        const ElfW(Shdr) *names = &sections[s->sh_link];
        const ElfW(Sym) *symbols = part(m, s->sh_offset, s->sh_size);
        const char *chars = part(m, names->sh_offset, names->sh_size);
        if (!symbols || !chars || !names->sh_size || chars[names->sh_size - 1]) return false;
        for (size_t k = 0; k < s->sh_size / sizeof *symbols; k++)
            if (symbols[k].st_name >= names->sh_size) return false;
            else if (is_offered(&symbols[k])) each(context, chars + symbols[k].st_name);
        return true;
    }
    return false;
}

bool elf_exports(const char *file, void (*each)(void *context, const char *name), void *context,
                 failure *f) {
    struct stat info;
    /* a pipe would wait for whoever writes */
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info) != 0) {
        fail(f, STATUS_WRONG, "%s: %s", file, strerror(errno));
        if (fd >= 0) close(fd);
        return false;
    }
    image m = {.size = (size_t)info.st_size};
    void *mapped = MAP_FAILED;
    if (S_ISREG(info.st_mode) && m.size > 0)
        mapped = mmap(NULL, m.size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED) return fail(f, STATUS_WRONG, "%s: is no shared object", file);
    m.bytes = mapped;
    bool good = is_shared_object(&m) && walk(&m, each, context);
    munmap(mapped, m.size);
    return good || fail(f, STATUS_WRONG, "%s: is no shared object of this machine", file);
}
