"""Training side of blnet: from a network spec (JSON) to a float ONNX file."""
