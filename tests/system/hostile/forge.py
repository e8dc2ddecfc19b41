"""Files that claim to be results, as somebody would make them with h5py: forge.py GOOD.h5 FOLDER SECRET

GOOD.h5 is a result without its seal. Every file that is written is refused for a reason of its own, but
for one, in which there is more than anybody looks at. What leads out of a file leads to SECRET.
"""
import pathlib
import re
import shutil
import sys
import zlib

import h5py
import numpy

good, folder, secret = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
made = []


def forge(change):
    """A copy of the good file, changed."""
    path = folder / (change.__name__ + ".h5")
    shutil.copy(good, path)
    with h5py.File(path, "r+") as file:
        change(file)
    made.append(path)


def replace(file, name, *args, **options):
    del file[name]
    return file.create_dataset(name, *args, **options)


def external_link(file):
    del file["utilization"]
    file["utilization"] = h5py.ExternalLink(secret, "/x")


def soft_link(file):
    del file["time"]
    file["time"] = h5py.SoftLink("/replica")


def dangling_link(file):
    file["summary/nothing"] = h5py.SoftLink("/nowhere")


def external_data(file):
    shape = file["time"].shape
    replace(file, "time", shape, "<f8", external=[(secret, 0, h5py.h5f.UNLIMITED)])


def virtual_data(file):
    shape = file["utilization"].shape
    layout = h5py.VirtualLayout(shape, "<f4")
    layout[:] = h5py.VirtualSource(secret, "x", shape)
    del file["utilization"]
    file.create_virtual_dataset("utilization", layout)


def huge_shape_tiny_storage(file):
    replace(file, "time", (10**18,), "<f8", chunks=(1024,))


def huge_shape_in_chunks(file):
    replace(file, "utilization", (1, 10**9, 10**9), "<f4", chunks=(1, 16, 12), compression=4, shuffle=True)


def huge_chunks(file):
    replace(file, "utilization", (1, 20, 2**28), "<f4", chunks=(1, 1, 2**28), compression=4, shuffle=True)


def chunk_that_inflates_to_more(file):
    where = file["summary/utilization_mean"].id
    where.write_direct_chunk((0, 0), zlib.compress(bytes(6 * 10**7), 9), 0)


def chunk_with_more_behind_it(file):
    where = file["summary/utilization_mean"].id
    where.write_direct_chunk((0, 0), where.read_direct_chunk((0, 0))[1] + bytes(4), 0)


def chunk_that_is_not_deflated(file):
    file["summary/utilization"].id.write_direct_chunk((0, 0, 0), b"nonsense" * 9, 0)


def chunk_with_an_unknown_mask(file):
    file["summary/utilization"].id.write_direct_chunk((0, 0, 0), bytes(480), 0xFFFFFFFF)


def loop_of_groups(file):
    file["outcomes/loop"] = file["/"]


def loop_of_soft_links(file):
    file["outcomes/a"] = h5py.SoftLink("/outcomes/b")
    file["outcomes/b"] = h5py.SoftLink("/outcomes/a")


def loop_through_a_file(file):
    del file["summary"]
    file["summary"] = h5py.ExternalLink(file.filename, "/summary")


def two_names(file):
    file["outcomes/again"] = file["outcomes/events"]


def filter_lzf(file):
    data = file["utilization"][()]
    replace(file, "utilization", data=data, chunks=data.shape, compression="lzf", shuffle=True)


def filter_checksum(file):
    data = file["utilization"][()]
    replace(file, "utilization", data=data, chunks=data.shape, compression=4, shuffle=True, fletcher32=True)


def filter_scale(file):
    data = file["utilization"][()]
    replace(file, "utilization", data=data, chunks=data.shape, scaleoffset=4)


def filter_unknown(file):
    shape = file["utilization"].shape
    space, kind = h5py.h5s.create_simple(shape), h5py.h5t.IEEE_F32LE
    options = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    options.set_chunk(shape)
    options.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, ())
    del file["utilization"]
    h5py.h5d.create(file.id, b"utilization", kind, space, options)


def filter_szip(file):
    data = file["utilization"][()]
    try:
        replace(file, "utilization", data=data, chunks=data.shape, compression="szip")
    except ValueError:  # not in this HDF5
        replace(file, "utilization", data=data, chunks=data.shape, shuffle=True)


def filter_bits(file):
    shape = file["utilization"].shape
    options = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    options.set_chunk(shape)
    options.set_filter(h5py.h5z.FILTER_NBIT if hasattr(h5py.h5z, "FILTER_NBIT") else 5, 0, ())
    del file["utilization"]
    h5py.h5d.create(file.id, b"utilization", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(shape), options)


def fill_value(file):
    options = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    options.set_fill_value(numpy.array(7.0))
    options.set_chunk((12,))
    del file["time"]
    h5py.h5d.create(file.id, b"time", h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((12,)), options)


def without_limit(file):
    replace(file, "time", data=file["time"][()], maxshape=(None,), chunks=(12,))


def regions(file):
    reference = file["utilization"].regionref[0, 0, :]
    replace(file, "time", data=[reference] * 12, dtype=h5py.regionref_dtype)


def attribute_of_regions(file):
    reference = file["utilization"].regionref[0, 0, :]
    file["provenance"].attrs.create("model", reference, dtype=h5py.regionref_dtype)


def attribute_of_any_length(file):
    file["provenance"].attrs.create("model", "queue", dtype=h5py.string_dtype())


def lists_of_any_length(file):
    kind = h5py.vlen_dtype("<f8")
    replace(file, "time", (12,), kind)[0] = numpy.arange(1000.0)


def words_for_numbers(file):
    replace(file, "time", data=numpy.zeros(12, "<i4").astype(h5py.enum_dtype({"A": 0, "B": 1}, "<i4")))


def arrays_for_numbers(file):
    replace(file, "time", (12,), numpy.dtype(("<f8", (3,))))


def opaque(file):
    replace(file, "time", data=numpy.zeros(12, "V8"))


def bits_for_numbers(file):
    replace(file, "time", data=numpy.zeros(12, "?"))


def enormous_attribute(file):
    file["provenance"].attrs.create("title", numpy.bytes_(b"x" * 10**6))


def attribute_of_another_type(file):
    file["provenance"].attrs["model"] = 3.5


def attribute_of_many_values(file):
    file["provenance"].attrs.create("seed", numpy.arange(1000, dtype="<u8"))


def many_attributes(file):
    for i in range(500):
        file["time"].attrs["a%d" % i] = i


def many_groups(file):
    for i in range(500):
        file["outcomes"].create_group("g%d" % i)


def deep_groups(file):
    group = file["outcomes"]
    for i in range(1000):
        group = group.create_group("g")


def big_endian(file):
    replace(file, "time", data=file["time"][()].astype(">f8"))


def integers(file):
    replace(file, "time", data=numpy.arange(12))


def compound(file):
    replace(file, "time", data=numpy.zeros(12, [("a", "<f8"), ("b", "<i4")]))


def references(file):
    replace(file, "time", (12,), h5py.ref_dtype)


def rank_32(file):
    replace(file, "utilization", (1,) * 32, "<f4")


def scalar(file):
    replace(file, "time", data=1.0)


def nothing(file):
    replace(file, "time", data=h5py.Empty("<f8"))


def named_type(file):
    file["kind"] = numpy.dtype("<f8")
    replace(file, "time", (12,), file["kind"])


def compact_data(file):
    options = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    options.set_layout(h5py.h5d.COMPACT)
    del file["time"]
    h5py.h5d.create(file.id, b"time", h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((12,)), options)


def fixed_texts(file):
    replace(file, "point_label", data=numpy.array([b"base"]))


def escape_in_a_label(file):
    file["point_label"][0] = "\x1b]0;owned\x07"


def escape_in_a_name(file):
    file.move("outcomes/events", "outcomes/\x1b[31mevents")


def time_that_goes_back(file):
    file["time"][3] = -1


def time_that_is_no_number(file):
    file["time"][3] = numpy.nan


def state_that_does_not_exist(file):
    file["provenance/replica_state"][0, 3] = 9


def stranger(file):
    file["stranger"] = numpy.arange(3)


def missing(file):
    del file["summary"]


for change in list(globals().values()):
    if getattr(change, "__code__", None) and change.__code__.co_varnames[:1] == ("file",) and change is not replace:
        forge(change)


def copied(name, **options):
    """The same contents, written by another program."""
    path = folder / (name + ".h5")
    with h5py.File(good) as source, h5py.File(path, "w", **options) as file:
        for key in source:
            source.copy(key, file)
        for key, value in source.attrs.items():
            file.attrs[key] = value
    made.append(path)


copied("copied_old")
copied("copied_new", libver="latest")
copied("copied_alike", libver=("v108", "v108"), track_order=True)
copied("behind_a_block", userblock_size=512)
copied("behind_a_large_block", userblock_size=65536)
copied("copied_earliest", libver=("earliest", "v108"))


def created(name, change):
    """The same contents in a file whose own settings are other ones."""
    path = folder / (name + ".h5")
    settings = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    change(settings)
    with h5py.File(good) as source, h5py.File(h5py.h5f.create(str(path).encode(), fcpl=settings)) as file:
        for key in source:
            source.copy(key, file)
    made.append(path)


created("small_addresses", lambda settings: settings.set_sizes(4, 4))
created("pages", lambda settings: settings.set_file_space_strategy(h5py.h5f.FSPACE_STRATEGY_PAGE, True, 1))


def strange(fill, **options):
    """A file that is no copy of anything."""
    path = folder / (fill.__name__ + ".h5")
    with h5py.File(path, "w", **options) as file:
        fill(file)
    made.append(path)


def nothing_at_all(_):
    pass


def everything(other):
    group = other.create_group("a/b/c")
    group["up"] = other["/"]
    other["kind"] = numpy.dtype([("x", "<f8"), ("s", "S5")])
    other.create_dataset("committed", (3,), other["kind"])
    other.create_dataset("texts", data=["a", "bc", ""], dtype=h5py.string_dtype())
    other.create_dataset("regions", data=[other["texts"].regionref[:]], dtype=h5py.regionref_dtype)
    other.create_dataset("huge", (2**40, 2**20), "<f8", chunks=(2**10, 2**10), fillvalue=3.0)
    other["out"] = h5py.ExternalLink(secret, "/")
    other["nowhere"] = h5py.SoftLink("/a/b/nowhere")
    other.attrs["long"] = numpy.zeros(4000)
    other.attrs["kind"] = "diemsim part"


strange(nothing_at_all)
strange(everything, libver="latest")

# What is not even that: a name and nonsense behind it.
for version in range(6):
    path = folder / ("superblock_%d_of_nonsense.h5" % version)
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes([version]) + b"\xff" * 4000)
    made.append(path)
for size in (0, 1, 7, 8, 9, 47, 48, 63, 64, 72):
    path = folder / ("only_%d_bytes.h5" % size)
    path.write_bytes(good.read_bytes()[:size])
    made.append(path)

# The filters of a dataset, in its header: shuffle of 4 bytes, then deflate. What stores otherwise says so there.
whole = good.read_bytes()
filters = re.search(rb"\x02\x02(\x02\x00)..\x01\x00(\x04\x00\x00\x00)(\x01\x00)..\x01\x00", whole, re.DOTALL)
for part, value, name in ((1, b"\x03\x00", "checksum_for_shuffle"), (2, b"\x08\x00\x00\x00", "shuffle_of_8"),
                          (3, b"\x04\x00", "szip_for_deflate"), (3, b"\x0f\x7d", "unknown_for_deflate")):
    path = folder / ("filter_%s.h5" % name)
    path.write_bytes(whole[: filters.start(part)] + value + whole[filters.end(part) :])
    made.append(path)

for path in made:
    print(0 if path.stem == "many_attributes" else 65, path.name)
