// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace continuo {

/// Frames that FluidSynth computes at a time: a note can only begin at a multiple of this.
inline constexpr int kSynthBlock = 64;

struct SynthesizerOptions
{
    int sampleRate = 48'000; ///< 8,000..96,000
    double gain = 0.5;       ///< 0..10
    bool hasReverb = true;
    bool hasChorus = true;
};

/// FluidSynth as a pure synthesizer: messages in, blocks of sound out. One thread at a time;
/// nothing here blocks or allocates once it is open, so that thread may be the audio thread.
class Synthesizer
{
public:
    /// Loads the soundfont, which takes from 10 ms to seconds: never on the audio thread.
    /// Errors: sound.no-soundfont, sound.bad-soundfont (Refused), sound.bad-rate (Usage).
    static Result<std::unique_ptr<Synthesizer>> open(const std::filesystem::path& soundfont,
                                                     const SynthesizerOptions& options);
    ~Synthesizer();
    Synthesizer(const Synthesizer&) = delete;
    Synthesizer& operator=(const Synthesizer&) = delete;

    /// One channel message, heard from the next block on.
    void send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2);

    /// Fills both spans, −1..1. They are of equal length, whole blocks; the sound is that of single
    /// blocks, sooner made.
    void render(std::span<float> left, std::span<float> right);

    /// Silence at once: no release, no tail of pedalled notes. Programs and controllers go back to
    /// their start.
    void reset();

    int activeVoices() const;
    int sampleRate() const { return m_sampleRate; }
    void setGain(double gain);

private:
    struct State;
    Synthesizer(std::unique_ptr<State> state, int sampleRate);

    std::unique_ptr<State> m_state;
    int m_sampleRate;
};

} // namespace continuo
