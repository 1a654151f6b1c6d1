// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/library_logs.h"

#include "core/base/log.h"

#include <fluidsynth.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

#ifdef __linux__
#include <dlfcn.h>
#endif

namespace continuo {
namespace {

void logFluid(int level, const char* message, void*)
{
    log(level <= FLUID_ERR ? LogLevel::Info : LogLevel::Debug,
        std::string("FluidSynth: ") + message);
}

#ifdef __linux__

void logJack(const char* message)
{
    log(LogLevel::Info, std::string("JACK: ") + message);
}

// As libasound's snd_lib_error_handler_t wants it.
void logAlsa(const char* file, int line, const char* function, int, const char* format, ...)
{
    std::array<char, 512> text{};
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text.data(), text.size(), format, arguments);
    va_end(arguments);
    log(LogLevel::Info, std::string("ALSA: ") + text.data() + " (" + function + ", " + file + ':' +
                            std::to_string(line) + ')');
}

/// A function of a library that came with FluidSynth or RtMidi; null where it did not.
template <typename Function>
Function* loaded(const char* name)
{
    return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

void takeOverSystemLibraries()
{
    using SetJackLog = void(void (*)(const char*));
    for (const char* name : {"jack_set_error_function", "jack_set_info_function"})
        if (auto* const set = loaded<SetJackLog>(name))
            set(logJack);
    // PipeWire has no such function and reads this instead, once it is begun with; which FluidSynth
    // leaves to its program.
    setenv("PIPEWIRE_DEBUG", "0", 0);
    using BeginPipeWire = void(int*, char***);
    if (auto* const begin = loaded<BeginPipeWire>("pw_init"))
        begin(nullptr, nullptr);
    using SetAlsaLog = int(decltype(&logAlsa));
    if (auto* const set = loaded<SetAlsaLog>("snd_lib_error_set_handler"))
        set(logAlsa);
}

#else

void takeOverSystemLibraries() {}

#endif

} // namespace

void takeOverLibraryLogs()
{
    static std::once_flag once;
    std::call_once(once, [] {
        for (const int level : {FLUID_PANIC, FLUID_ERR, FLUID_WARN, FLUID_INFO, FLUID_DBG})
            fluid_set_log_function(level, logFluid, nullptr);
        takeOverSystemLibraries();
    });
}

} // namespace continuo
