#include "fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_INPUT = 20000, HANG_S = 20 };

static const char *program = "fuzz";
static unsigned long long seed, iteration;
static text folder;
static pid_t owner;

/* ---- mutation ------------------------------------------------------------------------------- */

static void replace(text *t, size_t at, size_t length, const char *with, size_t n) {
    text rest = {0};
    text_add_bytes(&rest, t->chars + at + length, t->length - at - length);
    t->length = at;
    text_add_bytes(t, with, n);
    text_add_bytes(t, rest.chars, rest.length);
    text_free(&rest);
}

static void mutate(const fuzz_words *words, cim_rng *rng, text *t) {
    const size_t at = (size_t)cim_rng_below(rng, t->length + 1), left = t->length - at;
    const size_t some = (size_t)cim_rng_below(rng, (left < 30 ? left : 30) + 1);
    const char *token = words->tokens[cim_rng_below(rng, words->n_tokens)];
    char byte = (char)cim_rng_next(rng);
    text copy = {0};
    switch (cim_rng_below(rng, 6)) {
    case 0: replace(t, at, left > 0, &byte, 1); break;
    case 1: replace(t, at, some, "", 0); break;
    case 2: replace(t, at, 0, token, strlen(token)); break;
    case 3: replace(t, at, some, token, strlen(token)); break;
    case 4: /* a piece once more, somewhere else */
        text_add_bytes(&copy, t->chars + at, some);
        replace(t, (size_t)cim_rng_below(rng, t->length + 1), 0, copy.chars, copy.length);
        text_free(&copy);
        break;
    default:
        replace(t, at, left > 0,
                (const char[]){"0123456789.-,;\"\n\r[]{}()="[cim_rng_below(rng, 24)]}, 1);
    }
}

void fuzz_input(const fuzz_words *words, cim_rng *rng, text *out) {
    const char *start = words->seeds[cim_rng_below(rng, words->n_seeds)];
    text_clear(out);
    text_add_bytes(out, start, strlen(start));
    for (uint64_t n = cim_rng_below(rng, 8); n > 0 && out->length < MAX_INPUT; n--)
        mutate(words, rng, out);
}

/* ---- when something breaks ------------------------------------------------------------------ */

_Noreturn void fuzz_broken(const char *rule, const char *detail) {
    fprintf(stderr, "%s %llu 1 0 %llu: broken: %s\n%s\n", program, seed, iteration, rule, detail);
    _exit(1);
}

static void say(const char *chars) {
    ssize_t ignored = write(STDERR_FILENO, chars, strlen(chars));
    (void)ignored;
}

/* Only what a signal handler may do: the digits by hand. */
static void say_iteration(void) {
    char digits[24];
    size_t n = sizeof digits - 1;
    unsigned long long rest = iteration;
    digits[n] = '\0';
    do digits[--n] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    say(program);
    say(": broke at iteration ");
    say(digits + n);
    say("\n");
}

static void on_alarm(int number) {
    (void)number;
    say("an iteration hangs\n");
    say_iteration();
    _exit(1);
}

static void on_abort(int number) {
    say_iteration();
    signal(number, SIG_DFL);
    raise(number);
}

/* ---- the loop ------------------------------------------------------------------------------- */

static void remove_temp_folder(void) {
    if (getpid() != owner) return; /* a worker ends */
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", text_of(&folder), (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
    text_free(&folder);
}

const char *fuzz_folder(void) {
    static const char *const plugins[] = {"workload.vgg8", "hwmodel.rram_crossbar",
                                          "searcher.random"};
    const char *base = getenv("TMPDIR");
    if (folder.length) return text_of(&folder);
    text_add(&folder, "%s/cimdse-fuzz-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder.chars)) fuzz_broken("a folder can be made", text_of(&folder));
    owner = getpid();
    atexit(remove_temp_folder);
    for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++) {
        text from = {0}, to = {0};
        text_add(&from, "%s/plugins/%s.so", BINARY_DIR, plugins[i]);
        text_add(&to, "%s/%s.so", text_of(&folder), plugins[i]);
        if (symlink(text_of(&from), text_of(&to)) != 0)
            fuzz_broken("a link can be made", text_of(&to));
        text_free(&from);
        text_free(&to);
    }
    setenv("CIMDSE_PLUGIN_PATH", text_of(&folder), 1);
    return text_of(&folder);
}

static unsigned long long argument(int argc, char **argv, int i, unsigned long long otherwise) {
    uint64_t value = otherwise;
    if (i < argc && !natural_read(argv[i], &value))
        fuzz_broken("arguments are natural numbers", argv[i]);
    return value;
}

int fuzz_run(int argc, char **argv, void (*one)(cim_rng *rng)) {
    program = argv[0];
    seed = argument(argc, argv, 1, 1);
    const unsigned long long n = argument(argc, argv, 2, 1000), first = argument(argc, argv, 4, 0);
    const time_t seconds = (time_t)argument(argc, argv, 3, 0), started = time(NULL);
    unsigned long long ran = 0;
    printf("%s: seed %llu, iterations from %llu\n", program, seed, first);
    fflush(stdout);
    signal(SIGALRM, on_alarm);
    signal(SIGABRT, on_abort);
    signal(SIGSEGV, on_abort);
    for (iteration = first; ran < n && !(seconds && time(NULL) - started >= seconds);
         iteration++, ran++) {
        cim_rng rng = {{seed, iteration, 0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u}};
        for (int i = 0; i < 16; i++) cim_rng_next(&rng);
        alarm(HANG_S);
        one(&rng);
    }
    alarm(0);
    printf("%s: %llu iterations\n", program, ran);
    return 0;
}
