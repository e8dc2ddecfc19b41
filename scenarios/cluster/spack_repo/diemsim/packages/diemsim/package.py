# SPDX-License-Identifier: GPL-3.0-or-later
"""For Spack 1.0 or later, from a clone:

    cp .../chart.min.js .              # of Chart.js 3.9, which reports hold
    spack repo add scenarios/cluster/spack_repo/diemsim
    spack dev-build diemsim@develop
    spack load diemsim
"""

from spack_repo.builtin.build_systems.cmake import CMakePackage

from spack.package import *


class Diemsim(CMakePackage):
    """Discrete-event simulator of compute-token economies: supply, utilization and yields under
    rules and uncertainty that a scenario says. Results are the same bytes on any machine."""

    license("GPL-3.0-or-later")

    version("develop")  # whatever the clone is

    variant("openmp", default=True, description="replicas on all cores of a machine")
    variant("mpi", default=True, description="replicas on the machines of a cluster")

    depends_on("c", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("gzip", type="build")
    depends_on("gsl@2.7:")
    depends_on("gmp")
    depends_on("mpfr@4:")
    depends_on("zlib-api")
    depends_on("hdf5@1.10:~mpi")
    depends_on("libfyaml@0.7.12:")
    depends_on("xxhash@0.8:")
    depends_on("lua@5.4")
    depends_on("nlopt@2.7:")
    depends_on("mpi@3:", when="+mpi")

    def cmake_args(self):
        return [
            self.define("DIEMSIM_TESTS", False),
            self.define("DIEMSIM_CHART_JS", join_path(self.stage.source_path, "chart.min.js")),
            self.define_from_variant("DIEMSIM_OPENMP", "openmp"),
            self.define_from_variant("DIEMSIM_MPI", "mpi"),
        ]
