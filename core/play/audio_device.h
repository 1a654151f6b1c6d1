// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/play/transport.h"

#include <memory>
#include <string>
#include <vector>

namespace continuo {

struct AudioDriver
{
    std::string name{};                 ///< "pulseaudio", "alsa", "jack", …
    std::vector<std::string> devices{}; ///< What the driver says can be chosen; may be empty.
    friend bool operator==(const AudioDriver&, const AudioDriver&) = default;
};

/// The drivers FluidSynth was built with. Does not open any.
std::vector<AudioDriver> audioDrivers();

struct AudioOptions
{
    std::string
        driver{}; ///< Empty: the first that opens. "null": no sound, time runs by the clock.
    std::string device{};   ///< One of the named driver's; empty: the one it takes by itself.
    int periodFrames = 256; ///< 64..8192. A JACK server goes by its own.
    int periods = 4;        ///< 2..64.
    friend bool operator==(const AudioOptions&, const AudioOptions&) = default;
};

/// Frames a second at which a transport for these options should compute, so that it sounds at its
/// pitch: those of a JACK server that may be used, else 48,000. May take a moment: it asks the
/// server.
int sampleRateFor(const AudioOptions& options);

/// Calls Transport::process() in real time: from an audio driver where one opens, from a clock
/// where none does, and from the clock again as soon as a driver has not called for half a second
/// (an audio server that died), so that playhead and loops always go on. Opening falls back to the
/// clock by itself; `silentBecause()` says why nothing is heard.
class AudioDevice
{
public:
    /// `transport` is borrowed and must outlive the device.
    AudioDevice(Transport& transport, int sampleRate, const AudioOptions& options);
    ~AudioDevice();
    AudioDevice(const AudioDevice&) = delete;
    AudioDevice& operator=(const AudioDevice&) = delete;

    /// The driver in use; "null" for the clock.
    std::string driver() const;
    /// How many frames the driver wants at a time; 0 before it has called.
    int framesAtOnce() const;
    /// Empty while sound goes out; else one sentence for the user.
    std::string silentBecause() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace continuo
