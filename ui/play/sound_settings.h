// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/play/audio_device.h"

#include <QString>

#include <array>

QT_BEGIN_NAMESPACE
class QSettings;
QT_END_NAMESPACE

namespace continuo::ui {

/// The buffers that can be chosen: frames at a time, and how many such parts wait to be heard.
inline constexpr std::array kPeriodFrames{64, 128, 256, 512, 1024, 2048};
inline constexpr std::array kPeriods{2, 3, 4, 6, 8};

/// What is heard through, as the settings keep it. What is missing there is as usual; a buffer that
/// cannot be chosen is taken as the nearest that can.
AudioOptions soundSettings(const QSettings& settings);
void keepSoundSettings(QSettings& settings, const AudioOptions& options);

/// "PulseAudio" for "pulseaudio"; empty is "Automatic", "null" is "No sound"; a driver unknown here
/// by its own name.
QString driverInWords(const std::string& driver);
/// "21 ms", "1.3 ms": how long `frames` last at 48 kHz.
QString framesInWords(int frames, int sampleRate);

} // namespace continuo::ui
