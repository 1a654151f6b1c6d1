// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/soundfonts/note_measure.h"

#include <QFile>
#include <QString>

#include <fluidsynth.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace continuo::test {

inline constexpr double kGain = 0.5; ///< the synthesizer's, for all measurements

/// The synthesizer, offline and dry, with one soundfont.
class Player
{
public:
    explicit Player(const QString& path)
        : m_settings(new_fluid_settings(), delete_fluid_settings)
    {
        fluid_settings_setnum(m_settings.get(), "synth.sample-rate", kSampleRate);
        fluid_settings_setnum(m_settings.get(), "synth.gain", kGain);
        fluid_settings_setint(m_settings.get(), "synth.reverb.active", 0);
        fluid_settings_setint(m_settings.get(), "synth.chorus.active", 0);
        m_synth.reset(new_fluid_synth(m_settings.get()));
        m_font = fluid_synth_sfload(m_synth.get(), QFile::encodeName(path).constData(), 0);
    }

    bool isReady() const { return m_font >= 0; }

    /// Holds the keys for `seconds`, lets them go and goes on for `afterSeconds`.
    Recording play(int bank, int program, const std::vector<int>& keys, int velocity,
                   double seconds, double afterSeconds = 0.0)
    {
        fluid_synth_all_sounds_off(m_synth.get(), 0);
        Recording discarded;
        write(discarded, 128);
        fluid_synth_program_select(m_synth.get(), 0, m_font, bank, program);
        for (const int key : keys)
            fluid_synth_noteon(m_synth.get(), 0, key, velocity);
        Recording recording;
        write(recording, static_cast<std::size_t>(seconds * kSampleRate));
        for (const int key : keys)
            fluid_synth_noteoff(m_synth.get(), 0, key);
        write(recording, static_cast<std::size_t>(afterSeconds * kSampleRate));
        return recording;
    }

private:
    void write(Recording& recording, std::size_t frames)
    {
        const std::size_t start = recording.left.size();
        recording.left.resize(start + frames);
        recording.right.resize(start + frames);
        fluid_synth_write_float(m_synth.get(), static_cast<int>(frames), recording.left.data(),
                                static_cast<int>(start), 1, recording.right.data(),
                                static_cast<int>(start), 1);
    }

    std::unique_ptr<fluid_settings_t, void (*)(fluid_settings_t*)> m_settings;
    std::unique_ptr<fluid_synth_t, void (*)(fluid_synth_t*)> m_synth{nullptr, delete_fluid_synth};
    int m_font = -1;
};

} // namespace continuo::test
