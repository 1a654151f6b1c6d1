// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/audio_device.h"

#include "core/play/jack_server.h"
#include "core/play/library_logs.h"

#include <fluidsynth.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace continuo {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kWatchInterval = std::chrono::milliseconds(5);
constexpr auto kDeadAfter = std::chrono::milliseconds(500);

struct Settings
{
    fluid_settings_t* settings = nullptr;
    Settings()
    {
        takeOverLibraryLogs();
        settings = new_fluid_settings();
    }
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;
    ~Settings() { delete_fluid_settings(settings); }
};

std::vector<std::string> driverNames(fluid_settings_t* settings)
{
    std::vector<std::string> names;
    fluid_settings_foreach_option(
        settings, "audio.driver", &names, [](void* user, const char*, const char* option) {
            static_cast<std::vector<std::string>*>(user)->emplace_back(option);
        });
    // These write files or block; they are not devices.
    std::erase_if(names, [](const std::string& name) {
        return name == "file" || name == "oss" || name == "sdl2";
    });
    return names;
}

} // namespace

std::vector<AudioDriver> audioDrivers()
{
    const Settings settings;
    std::vector<AudioDriver> drivers;
    for (const std::string& name : driverNames(settings.settings)) {
        AudioDriver driver{name, {}};
        const std::string key = "audio." + name + ".device";
        fluid_settings_foreach_option(
            settings.settings, key.c_str(), &driver.devices,
            [](void* user, const char*, const char* option) {
                static_cast<std::vector<std::string>*>(user)->emplace_back(option);
            });
        drivers.push_back(std::move(driver));
    }
    return drivers;
}

int sampleRateFor(const AudioOptions& options)
{
    constexpr int kUsual = 48'000;
    constexpr int kLeast = 8'000; // What FluidSynth can compute, to
    constexpr int kMost = 96'000;
    if (!options.driver.empty() && options.driver != "jack")
        return kUsual;
    const int rate = jackServerRate().value_or(kUsual);
    return rate < kLeast || rate > kMost ? kUsual : rate;
}

struct AudioDevice::State
{
    Transport& transport;
    int sampleRate;
    Settings settings{};
    fluid_audio_driver_t* driver = nullptr;

    // One of the two calls the transport: the driver, or the clock once `clockRuns` is set. The
    // flag changes hands only while neither is inside process().
    std::atomic<bool> clockRuns = false;
    std::atomic<bool> isInDriver = false;
    std::atomic<std::int64_t> lastCallMs = 0;
    std::atomic<int> framesAtOnce = 0;

    mutable std::mutex mutex{};
    std::condition_variable wake{};
    bool isClosing = false;
    std::string driverName = "null";
    bool isLostJack = false; ///< A JACK client whose server stopped calling.
    std::string why{};
    std::thread watchdog{};

    State(Transport& t, int rate)
        : transport(t)
        , sampleRate(rate)
    {
    }

    static std::int64_t nowMs()
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   Clock::now().time_since_epoch())
            .count();
    }

    static int driverCalls(void* user, int frames, int, float**, int outputs, float** out)
    {
        auto* const state = static_cast<State*>(user);
        state->isInDriver.store(true);
        state->framesAtOnce.store(frames);
        const auto count = static_cast<std::size_t>(frames);
        if (state->clockRuns.load() || outputs < 2) {
            for (int i = 0; i < outputs; ++i)
                std::fill_n(out[i], count, 0.0F);
        } else {
            state->transport.process({out[0], count}, {out[1], count});
            state->lastCallMs.store(nowMs());
        }
        state->isInDriver.store(false);
        return FLUID_OK;
    }

    void open(const AudioOptions& options)
    {
        if (options.driver == "null") {
            why = "No audio device was asked for.";
            clockRuns = true;
            return;
        }
        const std::vector<std::string> names = options.driver.empty()
                                                   ? driverNames(settings.settings)
                                                   : std::vector<std::string>{options.driver};
        fluid_settings_setnum(settings.settings, "synth.sample-rate", sampleRate);
        fluid_settings_setint(settings.settings, "audio.period-size", options.periodFrames);
        fluid_settings_setint(settings.settings, "audio.periods", options.periods);
        fluid_settings_setint(settings.settings, "audio.jack.autoconnect", 1);
        fluid_settings_setstr(settings.settings, "audio.jack.id", "Continuo");
        lastCallMs = nowMs();
        for (const std::string& name : names) {
            fluid_settings_setstr(settings.settings, "audio.driver", name.c_str());
            if (!options.driver.empty() && !options.device.empty())
                fluid_settings_setstr(settings.settings, ("audio." + name + ".device").c_str(),
                                      options.device.c_str());
            driver = new_fluid_audio_driver2(settings.settings, driverCalls, this);
            if (driver) {
                driverName = name;
                return;
            }
        }
        why = options.driver.empty() ? "No audio device could be opened. Everything but hearing "
                                       "works; connect a device and choose it."
                                     : "The audio driver \"" + options.driver +
                                           "\" could not be opened. Everything but hearing works; "
                                           "choose another driver or start its server.";
        clockRuns = true;
    }

    void watch()
    {
        std::array<float, 4096> left{};
        std::array<float, 4096> right{};
        auto computedUntil = Clock::now();
        std::unique_lock lock(mutex);
        while (!wake.wait_for(lock, kWatchInterval, [this] { return isClosing; })) {
            if (!clockRuns.load()) {
                computedUntil = Clock::now();
                if (nowMs() - lastCallMs.load() > kDeadAfter.count() && !isInDriver.load()) {
                    clockRuns.store(true);
                    isLostJack = driverName == "jack";
                    why = "The audio device stopped answering. Playing goes on without sound; "
                          "choose a device again.";
                    driverName = "null";
                }
                continue;
            }
            if (isInDriver.load())
                continue;
            lock.unlock();
            const auto now = Clock::now();
            auto due = static_cast<std::int64_t>(
                std::chrono::duration<double>(now - computedUntil).count() * sampleRate);
            if (due > sampleRate) { // The machine slept: time that nobody heard is not made up for.
                computedUntil = now;
                due = 0;
            }
            while (due > 0) {
                const auto count =
                    static_cast<std::size_t>(std::min<std::int64_t>(due, std::ssize(left)));
                transport.process({left.data(), count}, {right.data(), count});
                computedUntil += std::chrono::duration_cast<Clock::duration>(
                    std::chrono::duration<double>(static_cast<double>(count) / sampleRate));
                due -= static_cast<std::int64_t>(count);
            }
            lock.lock();
        }
    }
};

namespace {

/// libjack crashes where a client of a server that has died is closed after another client was
/// tried. Such a client stays for good, with what it calls should its server only have slept.
template <typename State>
void keepForEver(std::unique_ptr<State> state)
{
    static auto& kept = *new std::vector<std::unique_ptr<State>>;
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(state));
}

} // namespace

AudioDevice::AudioDevice(Transport& transport, int sampleRate, const AudioOptions& options)
    : m_state(std::make_unique<State>(transport, sampleRate))
{
    m_state->open(options);
    m_state->watchdog = std::thread([state = m_state.get()] { state->watch(); });
}

AudioDevice::~AudioDevice()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->isClosing = true;
    }
    m_state->wake.notify_all();
    m_state->watchdog.join();
    if (m_state->isLostJack)
        keepForEver(std::move(m_state));
    else if (m_state->driver)
        delete_fluid_audio_driver(m_state->driver);
}

std::string AudioDevice::driver() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->driverName;
}

int AudioDevice::framesAtOnce() const
{
    return m_state->framesAtOnce.load();
}

std::string AudioDevice::silentBecause() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->why;
}

} // namespace continuo
