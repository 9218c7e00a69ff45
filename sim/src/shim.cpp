// The bridge between Rust and the model that Verilator makes of the accelerator. All of the C++ there is.
#include <cstddef>
#include <cstdint>
#include "Vtop.h"
#include "verilated.h"
#if defined(EIE_COVERAGE)
#include <cstdlib>
#include <string>
#include <unistd.h>
#include "verilated_cov.h"
#endif
#if defined(EIE_FST)
#include "verilated_fst_c.h"
using Trace = VerilatedFstC;
#elif defined(EIE_VCD)
#include "verilated_vcd_c.h"
using Trace = VerilatedVcdC;
#else
struct Trace {};
#endif

namespace {
struct Sim {
    VerilatedContext context;
    Vtop top{&context};
    Trace* trace = nullptr;
    uint64_t cycle = 0, watched = UINT64_MAX;
    uint32_t watch = UINT32_MAX, skip = 0;

    void half(bool level) {
        top.clock = level;
        top.eval();
#if defined(EIE_FST) || defined(EIE_VCD)
        if (trace) trace->dump(context.time());
#endif
        context.timeInc(1);
    }
    void tick() {
        half(false);
        if (top.draining && watched == UINT64_MAX && watch == (uint32_t(top.step) << 16 | top.drain_row)) {
            if (skip)
                skip--;
            else
                watched = cycle;
        }
        half(true);
        cycle++;
    }
};
}  // namespace

extern "C" {
void* eie_new() { return new Sim; }
void eie_stop_trace(void* h) {
    Sim* s = static_cast<Sim*>(h);
#if defined(EIE_FST) || defined(EIE_VCD)
    if (s->trace) s->trace->close();
    delete s->trace;
#endif
    s->trace = nullptr;
}
void eie_free(void* h) {
    // What is taken apart is looked up in the thread's context: that of the simulation that ran last, which may be gone.
    Verilated::threadContextp(&static_cast<Sim*>(h)->context);
    eie_stop_trace(h);
    static_cast<Sim*>(h)->top.final();
#if defined(EIE_COVERAGE)
    // What was reached, in a file of its own in the folder that the variable names.
    static int number = 0;
    const char* dir = std::getenv("EIE_COVERAGE");
    const std::string name = std::to_string(getpid()) + "-" + std::to_string(reinterpret_cast<uintptr_t>(h)) + "-";
    static_cast<Sim*>(h)->context.coveragep()->write((std::string(dir ? dir : ".") + "/" + name + std::to_string(number++) + ".dat").c_str());
#endif
    delete static_cast<Sim*>(h);
}
// 0 if the file is open.
int eie_start_trace(void* h, const char* path) {
#if defined(EIE_FST) || defined(EIE_VCD)
    Sim* s = static_cast<Sim*>(h);
    eie_stop_trace(h);
    s->context.traceEverOn(true);
    s->trace = new Trace;
    s->top.trace(s->trace, 99);
    s->trace->open(path);
    if (s->trace->isOpen()) return 0;
    delete s->trace;
    s->trace = nullptr;
#endif
    return 1;
}
// Pairs of address and data, one a cycle, but that a pointer or a bias (regions 1 and 3) may take two.
void eie_write(void* h, const uint32_t* words, size_t pairs) {
    Sim* s = static_cast<Sim*>(h);
    s->top.bus_write = 1;
    for (size_t i = 0; i < pairs; i++) {
        s->top.bus_address = words[2 * i];
        s->top.bus_wdata = words[2 * i + 1];
        s->tick();
        const uint32_t region = words[2 * i] >> 28;
        if (region == 1 || region == 3) {
            s->top.bus_write = 0;
            s->tick();
            s->top.bus_write = 1;
        }
    }
    s->top.bus_write = 0;
}
// 0 if the read was answered within the limit.
int eie_read(void* h, uint32_t address, uint64_t limit, uint32_t* data) {
    Sim* s = static_cast<Sim*>(h);
    s->top.bus_read = 1;
    s->top.bus_address = address;
    s->tick();
    s->top.bus_read = 0;
    for (; limit; limit--) {
        s->tick();
        if (s->top.bus_rvalid) {
            *data = s->top.bus_rdata;
            return 0;
        }
    }
    return 1;
}
uint64_t eie_cycle(const void* h) { return static_cast<const Sim*>(h)->cycle; }
void eie_watch(void* h, uint32_t step_and_row, uint32_t skip) {
    static_cast<Sim*>(h)->skip = skip;
    static_cast<Sim*>(h)->watch = step_and_row;
    static_cast<Sim*>(h)->watched = UINT64_MAX;
}
uint64_t eie_watched(const void* h) { return static_cast<const Sim*>(h)->watched; }
}
