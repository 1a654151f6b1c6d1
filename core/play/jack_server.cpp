// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/jack_server.h"

#include "core/play/library_logs.h"

#ifdef __linux__
#include <dlfcn.h>
#endif

namespace continuo {

#ifdef __linux__

std::optional<int> jackServerRate()
{
    takeOverLibraryLogs();
    // As jack/jack.h declares them, of the libjack that came with FluidSynth or RtMidi.
    using Open = void*(const char*, int, int*, ...);
    using Rate = unsigned int(void*);
    using Close = int(void*);
    constexpr int kStartNoServer = 1;
    auto* const open = reinterpret_cast<Open*>(dlsym(RTLD_DEFAULT, "jack_client_open"));
    auto* const rate = reinterpret_cast<Rate*>(dlsym(RTLD_DEFAULT, "jack_get_sample_rate"));
    auto* const close = reinterpret_cast<Close*>(dlsym(RTLD_DEFAULT, "jack_client_close"));
    if (!open || !rate || !close)
        return std::nullopt;
    void* const client = open("Continuo asks", kStartNoServer, nullptr);
    if (!client)
        return std::nullopt;
    const unsigned int asked = rate(client);
    close(client);
    return static_cast<int>(asked);
}

#else

std::optional<int> jackServerRate()
{
    return std::nullopt;
}

#endif

} // namespace continuo
