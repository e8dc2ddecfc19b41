#include "ensemble_mpi.h"

#ifdef DIEMSIM_MPI

#include <mpi.h>
#include <pthread.h>
#include <stdlib.h>

static int rank, size = 1;
static bool is_open, failure_is_shared;
static MPI_Win window = MPI_WIN_NULL;
static uint64_t *counter; /* of process 0 */

/* Pieces that any MPI copies. Memory sent as it is it may pin, and pages that are pinned for a
 * network are missing in the child that writes the result, on systems that do not copy them there.
 */
static const size_t piece_most = 4096;

/* Threads take turns in MPI: over plain TCP, Open MPI 4 has no counter for several at a time. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

/* Starting MPI takes long, so a program started alone leaves it out. */
static bool is_launched(void)
{
    static const char *const signs[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (getenv(signs[i]))
            return true;
    return false;
}

bool ds_mpi_agree(bool ok, ds_status *st)
{
    int first = ok ? size : rank;
    if (size == 1)
        return ok;
    MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (first == size)
        return true;
    MPI_Bcast(st, sizeof *st, MPI_BYTE, first, MPI_COMM_WORLD);
    if (rank != first)
        st->file = ""; /* a pointer of another process */
    failure_is_shared = true;
    return false;
}

static bool open_counter(ds_status *st)
{
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    const int code = MPI_Win_allocate(rank == 0 ? sizeof *counter : 0, sizeof *counter,
                                      MPI_INFO_NULL, MPI_COMM_WORLD, &counter, &window);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_ARE_FATAL);
    if (code == MPI_SUCCESS && rank == 0)
        *counter = 0;
    return code == MPI_SUCCESS ||
           ds_fail(st, DS_E_LIBRARY,
                   "this MPI has no one-sided operations between the machines of the job; of Open "
                   "MPI, see the parameter 'osc'");
}

bool ds_mpi_open(ds_status *st)
{
    int provided;
    if (!is_launched())
        return true;
    /* Debian's Open MPI comes with the one that works over plain TCP switched off. */
    setenv("OMPI_MCA_osc", "^ucx", 0);
    MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    is_open = true;
    if (size == 1)
        return true;
    const bool threads = provided >= MPI_THREAD_SERIALIZED ||
                         ds_fail(st, DS_E_LIBRARY, "this MPI is not for programs with threads");
    if (!ds_mpi_agree(threads, st) || !ds_mpi_agree(open_counter(st), st))
        return false;
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Win_lock_all(0, window);
    return true;
}

void ds_mpi_close(ds_code code)
{
    if (!is_open)
        return;
    if (code != DS_OK && size > 1 && !failure_is_shared)
        MPI_Abort(MPI_COMM_WORLD, (int)code);
    if (window != MPI_WIN_NULL) {
        MPI_Win_unlock_all(window);
        MPI_Win_free(&window);
    }
    MPI_Finalize();
}

int ds_mpi_rank(void)
{
    return rank;
}

int ds_mpi_size(void)
{
    return size;
}

void ds_mpi_share(void *bytes, size_t count)
{
    char *at = bytes;
    for (size_t left = size == 1 ? 0 : count; left > 0;) {
        const size_t piece = left < piece_most ? left : piece_most;
        MPI_Bcast(at, (int)piece, MPI_BYTE, 0, MPI_COMM_WORLD);
        at += piece;
        left -= piece;
    }
}

uint64_t ds_mpi_sum(uint64_t value)
{
    if (size > 1)
        MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
    return value;
}

static uint64_t count_on(uint64_t step)
{
    uint64_t number = 0;
    pthread_mutex_lock(&turn);
    MPI_Fetch_and_op(&step, &number, MPI_UINT64_T, 0, 0, MPI_SUM, window);
    MPI_Win_flush(0, window);
    pthread_mutex_unlock(&turn);
    return number;
}

size_t ds_mpi_claim(void)
{
    return count_on(1);
}

void ds_mpi_exhaust(void)
{
    if (size > 1)
        (void)count_on(UINT64_C(1) << 62);
}

void ds_mpi_restart(void)
{
    const uint64_t zero = 0;
    uint64_t before;
    if (size == 1)
        return;
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        MPI_Fetch_and_op(&zero, &before, MPI_UINT64_T, 0, 0, MPI_REPLACE, window);
        MPI_Win_flush(0, window);
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

void ds_mpi_poll(void)
{
    int any;
    if (size == 1 || rank > 0 || pthread_mutex_trylock(&turn) != 0)
        return;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &any, MPI_STATUS_IGNORE);
    pthread_mutex_unlock(&turn);
}

#else

bool ds_mpi_open(ds_status *st)
{
    (void)st;
    return true;
}

void ds_mpi_close(ds_code code)
{
    (void)code;
}

int ds_mpi_rank(void)
{
    return 0;
}

int ds_mpi_size(void)
{
    return 1;
}

bool ds_mpi_agree(bool ok, ds_status *st)
{
    (void)st;
    return ok;
}

void ds_mpi_share(void *bytes, size_t size)
{
    (void)bytes, (void)size;
}

uint64_t ds_mpi_sum(uint64_t value)
{
    return value;
}

size_t ds_mpi_claim(void)
{
    return 0;
}

void ds_mpi_exhaust(void)
{
}

void ds_mpi_restart(void)
{
}

void ds_mpi_poll(void)
{
}

#endif
