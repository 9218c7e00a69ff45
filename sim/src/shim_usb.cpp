// The bridge between Rust and the model that Verilator makes of a top with a USB device: the two lines, a sample a cycle.
#include <cstddef>
#include <cstdint>
#include "Vtop.h"
#include "verilated.h"

namespace {
struct Sim {
    VerilatedContext context;
    Vtop top{&context};
    uint64_t cycle = 0;
};
}  // namespace

extern "C" {
void* eie_new() {
    Sim* s = new Sim;
    s->top.reset = 0;
    return s;
}
void eie_free(void* h) {
    // What is taken apart is looked up in the thread's context: that of the simulation that ran last, which may be gone.
    Verilated::threadContextp(&static_cast<Sim*>(h)->context);
    static_cast<Sim*>(h)->top.final();
    delete static_cast<Sim*>(h);
}
uint64_t eie_cycle(const void* h) { return static_cast<const Sim*>(h)->cycle; }
// `n` cycles. A sample's bits: 0 is D+, 1 is D-. In `in`, bit 2 says that the host drives the lines, bit 3 that the device is reset; in `out`, which is
// what is on the lines, bit 2 says that the device drives them, bit 3 that both do, bit 4 that its pull-up is on.
void eie_lines(void* h, const uint8_t* in, uint8_t* out, size_t n) {
    Sim* s = static_cast<Sim*>(h);
    Vtop& top = s->top;
    for (size_t k = 0; k < n; k++) {
        // What is driven comes from registers, so it is known before the cycle.
        bool device = top.usb_drive, host = in[k] >> 2 & 1;
        // Nobody: the host's pull-down resistors against the device's pull-up.
        uint8_t lines = device ? uint8_t(top.usb_d_p_out | top.usb_d_n_out << 1) : host ? in[k] & 3 : top.usb_pull_up;
        out[k] = uint8_t(lines | device << 2 | (device && host) << 3 | top.usb_pull_up << 4);
        top.usb_d_p_in = lines & 1;
        top.usb_d_n_in = lines >> 1;
        top.reset = in[k] >> 3 & 1;
        top.clock = 0;
        top.eval();
        s->context.timeInc(1);
        top.clock = 1;
        top.eval();
        s->context.timeInc(1);
        s->cycle++;
    }
}
}
