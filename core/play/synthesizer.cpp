// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/synthesizer.h"

#include "core/base/file.h"
#include "core/play/library_logs.h"
#include "core/play/versions.h"

#include <fluidsynth.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace continuo {
namespace {

Error notASoundfont(const std::filesystem::path& path)
{
    return {ErrorKind::Refused,
            "sound.bad-soundfont",
            "\"" + readablePath(path) +
                "\" is not a soundfont that FluidSynth can read. Name an .sf2 or .sf3 file.",
            {{"file", readablePath(path)}}};
}

/// A RIFF file of the form sfbk, by its first twelve bytes.
Status checkSoundfont(const std::filesystem::path& path)
{
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path, ignored))
        return fileError(std::filesystem::exists(path, ignored) ? EACCES : ENOENT, path, "read");
    std::array<char, 12> start{};
    file.read(start.data(), std::ssize(start));
    const std::string_view text(start.data(), start.size());
    if (!file || text.substr(0, 4) != "RIFF" || text.substr(8) != "sfbk")
        return notASoundfont(path);
    return ok();
}

} // namespace

std::string fluidSynthVersion()
{
    return fluid_version_str();
}

struct Synthesizer::State
{
    fluid_settings_t* settings = nullptr;
    fluid_synth_t* synth = nullptr;

    ~State()
    {
        if (synth)
            delete_fluid_synth(synth);
        if (settings)
            delete_fluid_settings(settings);
    }
};

Synthesizer::Synthesizer(std::unique_ptr<State> state, int sampleRate)
    : m_state(std::move(state))
    , m_sampleRate(sampleRate)
{
}

Synthesizer::~Synthesizer() = default;

Result<std::unique_ptr<Synthesizer>> Synthesizer::open(const std::filesystem::path& soundfont,
                                                       const SynthesizerOptions& options)
{
    takeOverLibraryLogs();
    if (options.sampleRate < 8'000 || options.sampleRate > 96'000)
        return Error{ErrorKind::Usage,
                     "sound.bad-rate",
                     "A sample rate of " + std::to_string(options.sampleRate) +
                         " Hz is not possible; 8000 to 96000 are. 44100 and 48000 are usual.",
                     {{"rate", std::to_string(options.sampleRate)}}};
    if (soundfont.empty())
        return Error{ErrorKind::Failed,
                     "sound.no-soundfont",
                     "The built-in soundfont is missing. Build it (target continuo_soundfont) or "
                     "name one with "
                     "--soundfont.",
                     {}};
    // What is wrong with the file is said before FluidSynth says less, or hands a file that is no
    // soundfont to other libraries.
    if (const Status isSoundfont = checkSoundfont(soundfont); !isSoundfont)
        return isSoundfont.error();

    auto state = std::make_unique<State>();
    state->settings = new_fluid_settings();
    fluid_settings_setnum(state->settings, "synth.sample-rate", options.sampleRate);
    fluid_settings_setnum(state->settings, "synth.gain", options.gain);
    fluid_settings_setint(state->settings, "synth.polyphony", 256);
    fluid_settings_setint(state->settings, "synth.cpu-cores", 1);
    fluid_settings_setint(state->settings, "synth.lock-memory", 0);
    fluid_settings_setint(state->settings, "synth.threadsafe-api",
                          0); // One thread at a time is our contract.
    fluid_settings_setint(state->settings, "synth.reverb.active", options.hasReverb ? 1 : 0);
    fluid_settings_setint(state->settings, "synth.chorus.active", options.hasChorus ? 1 : 0);
    state->synth = new_fluid_synth(state->settings);
    if (!state->synth)
        return Error{
            ErrorKind::Failed, "sound.no-synthesizer", "FluidSynth could not be started.", {}};
    if (fluid_synth_sfload(state->synth, soundfont.string().c_str(), 1) == FLUID_FAILED)
        return notASoundfont(soundfont);
    return std::unique_ptr<Synthesizer>(new Synthesizer(std::move(state), options.sampleRate));
}

void Synthesizer::send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2)
{
    fluid_synth_t* const synth = m_state->synth;
    const int channel = status & 15;
    switch (status & 0xf0) {
    case 0x80:
        fluid_synth_noteoff(synth, channel, data1);
        break;
    case 0x90:
        if (data2 > 0)
            fluid_synth_noteon(synth, channel, data1, data2);
        else
            fluid_synth_noteoff(synth, channel, data1);
        break;
    case 0xa0:
        fluid_synth_key_pressure(synth, channel, data1, data2);
        break;
    case 0xb0:
        fluid_synth_cc(synth, channel, data1, data2);
        break;
    case 0xc0:
        fluid_synth_program_change(synth, channel, data1);
        break;
    case 0xd0:
        fluid_synth_channel_pressure(synth, channel, data1);
        break;
    case 0xe0:
        fluid_synth_pitch_bend(synth, channel, data1 | data2 << 7);
        break;
    default:
        break;
    }
}

void Synthesizer::render(std::span<float> left, std::span<float> right)
{
    assert(left.size() == right.size() && left.size() % kSynthBlock == 0);
    std::fill(left.begin(), left.end(), 0.0F);
    std::fill(right.begin(), right.end(), 0.0F);
    float* dry[2] = {left.data(), right.data()};
    float* effects[4] = {left.data(), right.data(), left.data(),
                         right.data()}; // reverb and chorus on top of the dry sound
    fluid_synth_process(m_state->synth, static_cast<int>(left.size()), 4, effects, 2, dry);
}

void Synthesizer::reset()
{
    fluid_synth_all_sounds_off(m_state->synth, -1);
    fluid_synth_system_reset(m_state->synth);
}

int Synthesizer::activeVoices() const
{
    return fluid_synth_get_active_voice_count(m_state->synth);
}

void Synthesizer::setGain(double gain)
{
    fluid_synth_set_gain(m_state->synth, static_cast<float>(gain));
}

} // namespace continuo
