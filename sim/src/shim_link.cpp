// The bridge between Rust and the model that Verilator makes of a top with a link: bytes in, bytes out.
// EIE_UART is the number of cycles a bit of a serial line; without it bytes go in and out as streams.
#include <cstddef>
#include <cstdint>
#include "Vtop.h"
#include "verilated.h"

namespace {
struct Sim {
    VerilatedContext context;
    Vtop top{&context};
    uint64_t cycle = 0;
#ifdef EIE_UART
    // Half a line each: bits still to be put on it, cycles until the next one.
    uint32_t send = 0, send_left = 0, send_timer = 0;
    uint32_t receive = 0, receive_left = 0, receive_timer = 0;
#endif

    void half(bool level) {
        top.clock = level;
        top.eval();
        context.timeInc(1);
    }

    // One cycle. Whether `in` was taken, and whether there is an `out`.
    void tick(bool valid, uint8_t in, bool* taken, uint8_t* out, bool* got) {
        *taken = *got = false;
#ifdef EIE_UART
        if (send_left && !--send_timer) {
            send >>= 1;
            send_timer = EIE_UART;
            send_left--;
        }
        if (!send_left && valid) {
            send = uint32_t(in) << 1 | 0x200;
            send_left = 10;
            send_timer = EIE_UART;
            *taken = true;
        }
        top.rx = send_left ? send & 1 : 1;
        half(false);
        if (!receive_left && !top.tx) {
            receive_left = 10;
            receive_timer = EIE_UART / 2;
        }
        if (receive_left && !receive_timer--) {
            receive = receive >> 1 | uint32_t(top.tx) << 9;
            receive_timer = EIE_UART - 1;
            if (!--receive_left) {
                // A start bit, eight bits, a stop bit: others are no byte.
                *got = (receive & 0x201) == 0x200;
                *out = receive >> 1;
            }
        }
#else
        top.rx_valid = valid;
        top.rx_data = in;
        top.tx_ready = 1;
        half(false);
        *taken = valid && top.rx_ready;
        *got = top.tx_valid;
        *out = top.tx_data;
#endif
        half(true);
        cycle++;
    }
};
}  // namespace

extern "C" {
void* eie_new() {
    Sim* s = new Sim;
    s->top.reset = 0;
#ifdef EIE_UART
    s->top.rx = 1;
#endif
    return s;
}
void eie_free(void* h) {
    // What is taken apart is looked up in the thread's context: that of the simulation that ran last, which may be gone.
    Verilated::threadContextp(&static_cast<Sim*>(h)->context);
    static_cast<Sim*>(h)->top.final();
    delete static_cast<Sim*>(h);
}
uint64_t eie_cycle(const void* h) { return static_cast<const Sim*>(h)->cycle; }
// Runs for so many cycles at most: until `n` bytes are taken, or if `n` is zero until one has come. How many were
// taken; `*got` bytes, of up to `room`, have come.
size_t eie_run(void* h, const uint8_t* in, size_t n, uint8_t* out, size_t room, size_t* got, uint64_t cycles) {
    Sim* s = static_cast<Sim*>(h);
    size_t taken = 0, count = 0;
    while (cycles-- && count < room && (n ? taken < n : !count)) {
        bool t, g;
        uint8_t byte;
        s->tick(taken < n, taken < n ? in[taken] : 0, &t, &byte, &g);
        taken += t;
        if (g) out[count++] = byte;
    }
    *got = count;
    return taken;
}
}
