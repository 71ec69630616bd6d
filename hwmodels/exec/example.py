"""A hardware model of 30 lines for hwmodel.exec: lines of JSON in, lines of JSON out."""
import json
import sys

DESCRIPTION = {
    "parameters": [
        {"name": "rows", "type": "integer", "default": 128, "min": 16, "max": 1024, "help": "rows of an array"},
        {"name": "cell", "type": "category", "choices": ["rram", "sram"], "default": "rram"},
        {"name": "arrays", "type": "integer", "default": 4096, "min": 1, "max": 65536}],
    "metrics": [{"name": "energy_j", "unit": "J", "better": -1}, {"name": "latency_s", "unit": "s", "better": -1}],
    "constraints": [{"name": "capacity", "unit": "cell", "help": "one cell a weight bit must fit"}]}


def evaluate(network, point):
    energy = latency = cells = 0
    for layer in network["layers"]:
        channels, height, width = layer["output"]
        weights = channels * layer["input"][0] // layer["groups"] * layer["kernel"][0] * layer["kernel"][1]
        bits = weights * layer["weight_bits"]  # no weights, no bits: pooling is free in this toy
        energy += bits * height * width * layer["input_bits"] * {"rram": 2e-15, "sram": 1e-15}[point["cell"]]
        latency += height * width * layer["input_bits"] * 1e-8 * (bits > 0)
        cells += bits
    return {"metrics": {"energy_j": energy, "latency_s": latency},
            "slack": {"capacity": cells - point["arrays"] * point["rows"] ** 2}}


network = None
for request in map(json.loads, sys.stdin):
    network = request.get("network", network)  # sent when it has changed
    print(json.dumps(DESCRIPTION if request["ask"] == "describe" else evaluate(network, request["point"])), flush=True)
