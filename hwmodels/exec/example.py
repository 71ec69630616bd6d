"""A hardware model of 50 lines for hwmodel.exec: lines of JSON in, lines of JSON out."""
import json
import sys

DESCRIPTION = {
    "parameters": [
        {"name": "rows", "type": "integer", "default": 128, "min": 16, "max": 1024, "help": "rows of an array"},
        {"name": "cell", "type": "category", "choices": ["rram", "sram"], "default": "rram", "help": "memory cell"},
        {"name": "arrays", "type": "integer", "default": 8192, "min": 1, "max": 65536, "help": "arrays of the chip"}],
    "metrics": [{"name": "energy_j", "unit": "J", "better": -1, "help": "of one image"},
                {"name": "latency_s", "unit": "s", "better": -1, "help": "of one image"},
                {"name": "area_mm2", "unit": "mm2", "better": -1, "help": "of the cells"}],
    "constraints": [{"name": "capacity", "unit": "cell", "help": "a cell a weight bit must fit"}]}
# Assumptions of this example, not measurements.
BIT_PRODUCT_J = {"rram": 2e-15, "sram": 1e-15}  # one bit of an input times one cell
CELL_MM2 = {"rram": 5e-8, "sram": 3e-7}
ROUND_S = 1e-8                                  # an input bit, all rows of an array
OPERATION_J, OPERATION_S = 1e-13, 1e-12         # a digital operation


def evaluate(network, point, want_parts):
    energy, latency, cells = [], 0, 0
    for layer in network["layers"]:
        channels, height, width = layer["output"]
        if layer["op"] in ("conv", "linear"):
            cells += layer["weights"] * layer["weight_bits"]
            energy.append(layer["macs"] * layer["weight_bits"] * layer["input_bits"] * BIT_PRODUCT_J[point["cell"]])
            arrays_deep = -(-layer["weights"] // channels // point["rows"])
            latency += height * width * layer["input_bits"] * arrays_deep * ROUND_S
        elif layer["op"] in ("add", "multiply", "concat", "max_pool", "average_pool", "activation"):
            energy.append(channels * height * width * OPERATION_J)
            latency += channels * height * width * OPERATION_S
        else:
            return {"error": layer["name"] + ": cannot cost the op " + layer["op"]}  # nothing is free
    answer = {"metrics": {"energy_j": sum(energy), "latency_s": latency,
                          "area_mm2": point["arrays"] * point["rows"] ** 2 * CELL_MM2[point["cell"]]},
              "slack": {"capacity": cells - point["arrays"] * point["rows"] ** 2}}
    if want_parts:
        answer["parts"] = [{"layer": i, "component": "array" if network["layers"][i]["weights"] else "digital",
                            "metric": "energy_j", "value": e} for i, e in enumerate(energy)]
    return answer


network = None
for request in map(json.loads, sys.stdin):
    network = request.get("network", network)  # sent when it has changed
    answer = DESCRIPTION if request["ask"] == "describe" else evaluate(network, request["point"], request["parts"])
    print(json.dumps(answer), flush=True)
