/* exec_program: a hardware model for hwmodel.exec, in C.
 *
 *     exec_program               well-behaved
 *     exec_program faults        with a parameter `fault` for all that a program may do wrong
 *     exec_program FILE          describes itself by what FILE holds */
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char description[] =
    "{\"parameters\": ["
    "  {\"name\": \"width\", \"type\": \"integer\", \"default\": 10, \"min\": 1, \"max\": 1000, "
    "\"help\": \"wide: fast\"},"
    "  {\"name\": \"bits\", \"type\": \"integer\", \"default\": 8, \"min\": 1, \"max\": 16, "
    "\"per\": \"weight_layer\","
    "   \"unit\": \"bit\", \"help\": \"a vector over an index set\"},"
    "  {\"name\": \"taps\", \"type\": \"real\", \"default\": 0.5, \"min\": 0, \"max\": 10, "
    "\"length\": 3, \"help\": \"a vector\"},"
    "  {\"name\": \"cell\", \"type\": \"category\", \"choices\": [\"rram\", \"sram\"], "
    "\"default\": \"sram\", \"help\": \"one\"},"
    "  {\"name\": \"fast\", \"type\": \"boolean\", \"default\": true, \"help\": \"a switch\"}],"
    " \"metrics\": ["
    "  {\"name\": \"energy_j\", \"unit\": \"J\", \"better\": -1, \"help\": \"of one image\", "
    "\"relative_error\": 0.2,"
    "   \"validity\": \"no chip\"},"
    "  {\"name\": \"latency_s\", \"unit\": \"s\", \"better\": -1, \"help\": \"of one image\"}],"
    " \"constraints\": [{\"name\": \"room\", \"unit\": \"\", \"help\": \"width is at most 900\"}]}";

static const char fault_parameters[] =
    "[{\"name\": \"fault\", \"type\": \"category\", \"choices\": [\"none\", \"abort\", \"exit\", "
    "\"garbage\", \"list\","
    "  \"nan\", \"missing\", \"slack\", \"error\", \"long\", \"two\", \"hang\", \"closes\", "
    "\"last\", \"part\"]},"
    " {\"name\": \"delay_us\", \"type\": \"integer\", \"default\": 0, \"min\": 0, \"max\": "
    "1000000}]";

static double number(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

static void add_part(json_t *parts, size_t layer, const char *component, double value) {
    json_array_append_new(parts, json_pack("{s:i, s:s, s:s, s:f}", "layer", (int)layer, "component",
                                           component, "metric", "energy_j", "value", value));
}

/* 1 fJ a multiply-accumulate and bit, half of it in SRAM; 1 pJ an output of any other layer. */
static double energy_of(const json_t *layer, const json_t *point) {
    const json_t *output = json_object_get(layer, "output"), *bits = json_object_get(point, "bits");
    double outputs = 1;
    for (size_t i = 0; i < 3; i++) outputs *= json_number_value(json_array_get(output, i));
    if (number(layer, "weights") == 0) return outputs * 1e-12;
    const json_t *element = json_object_get(json_object_get(layer, "elements"), "weight_layer");
    const int sram = strcmp(json_string_value(json_object_get(point, "cell")), "sram") == 0;
    return number(layer, "macs") * number(layer, "weight_bits") * 1e-15 * (sram ? 0.5 : 1) *
           json_number_value(json_array_get(bits, (size_t)json_integer_value(element)));
}

static json_t *evaluate(const json_t *network, const json_t *point) {
    const json_t *layers = json_object_get(network, "layers"),
                 *taps = json_object_get(point, "taps");
    json_t *parts = json_array();
    double energy = 0, latency = 1 / number(point, "width");
    for (size_t i = 0; i < json_array_size(layers); i++) {
        const json_t *layer = json_array_get(layers, i);
        const char *op = json_string_value(json_object_get(layer, "op"));
        if (strcmp(op, "unknown") == 0) {
            json_decref(parts);
            return json_pack(
                "{s:o}", "error",
                json_sprintf("%s: no such op", json_string_value(json_object_get(layer, "name"))));
        }
        const double e = energy_of(layer, point);
        add_part(parts, i, number(layer, "weights") > 0 ? "array" : "digital", e);
        energy += e;
    }
    for (size_t i = 0; i < 3; i++)
        latency += (double)(i + 1) * json_number_value(json_array_get(taps, i));
    if (json_is_true(json_object_get(point, "fast"))) latency *= 0.5;
    return json_pack("{s:{s:f, s:f}, s:{s:f}, s:o}", "metrics", "energy_j", energy, "latency_s",
                     latency, "slack", "room", number(point, "width") - 900, "parts", parts);
}

/* ---- everything that may go wrong ----------------------------------------------------------- */

/* Longer than any answer may be. */
static void say_much(void) {
    static char piece[1 << 20];
    memset(piece, 'x', sizeof piece);
    for (int i = 0; i < 80; i++)
        if (fwrite(piece, 1, sizeof piece, stdout) != sizeof piece) break;
}

/* What is done instead of answering, or to ANSWER before it is given. */
static void misbehave(const char *fault, json_t *answer) {
    if (strcmp(fault, "abort") == 0) {
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    if (strcmp(fault, "exit") == 0) exit(3);
    if (strcmp(fault, "garbage") == 0) printf("energy is \xff\x01 low\n");
    if (strcmp(fault, "list") == 0) printf("[1, 2]\n");
    if (strcmp(fault, "nan") == 0) printf("{\"metrics\": {\"energy_j\": NaN, \"latency_s\": 1}}\n");
    if (strcmp(fault, "missing") == 0)
        json_object_del(json_object_get(answer, "metrics"), "latency_s");
    if (strcmp(fault, "slack") == 0)
        json_object_set_new(json_object_get(answer, "slack"), "room", json_null());
    if (strcmp(fault, "error") == 0)
        json_object_set_new(answer, "error", json_string("the solver does not converge"));
    if (strcmp(fault, "long") == 0) say_much();
    if (strcmp(fault, "two") == 0) printf("{}\n{}\n");
    if (strcmp(fault, "closes") == 0) close(STDIN_FILENO), close(STDOUT_FILENO);
    if (strcmp(fault, "hang") == 0 || strcmp(fault, "closes") == 0)
        for (;;) pause();
    if (strcmp(fault, "part") == 0) add_part(json_object_get(answer, "parts"), 99, "array", 1e-12);
}

static int is_said(const char *fault) { /* by misbehave() itself */
    static const char *const all[] = {"garbage", "list", "nan", "long", "two"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(fault, all[i]) == 0) return 1;
    return 0;
}

static void answer_point(const json_t *network, const json_t *point) {
    const char *fault = json_string_value(json_object_get(point, "fault"));
    const long delay_us = (long)number(point, "delay_us");
    json_t *answer = evaluate(network, point);
    if (delay_us) nanosleep(&(struct timespec){.tv_nsec = delay_us * 1000}, NULL);
    if (fault) misbehave(fault, answer);
    if (!fault || !is_said(fault)) {
        json_dumpf(answer, stdout, JSON_COMPACT);
        printf("\n");
    }
    fflush(stdout);
    json_decref(answer);
    if (fault && strcmp(fault, "last") == 0) exit(0); /* answered well: nobody's trial is lost */
}

static void describe(const char *argument) {
    json_t *answer = argument && strcmp(argument, "faults") != 0 ? json_load_file(argument, 0, NULL)
                                                                 : json_loads(description, 0, NULL);
    if (argument && strcmp(argument, "faults") == 0) {
        json_t *more = json_loads(fault_parameters, 0, NULL);
        json_array_extend(json_object_get(answer, "parameters"), more);
        json_decref(more);
    }
    json_dumpf(answer, stdout, JSON_COMPACT);
    printf("\n");
    fflush(stdout);
    json_decref(answer);
}

int main(int argc, char **argv) {
    json_t *network = NULL, *request;
    while ((request = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
        json_t *news = json_object_get(request, "network");
        if (news) {
            json_decref(network);
            network = json_incref(news);
        }
        if (strcmp(json_string_value(json_object_get(request, "ask")), "describe") == 0)
            describe(argc > 1 ? argv[1] : NULL);
        else answer_point(network, json_object_get(request, "point"));
        json_decref(request);
    }
    json_decref(network);
    return 0;
}
