// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/play/sound_settings.h"

#include "ui/play/player.h"

#include <QSettings>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

namespace continuo::ui {

namespace {

const QLatin1String kDriver("audio/driver");
const QLatin1String kDevice("audio/device");
const QLatin1String kPeriodSetting("audio/period");
const QLatin1String kPeriodsSetting("audio/periods");

template <typename Choices>
int nearest(const Choices& choices, const QVariant& kept, int usual)
{
    bool isNumber = false;
    const qlonglong wanted = kept.toLongLong(&isNumber);
    if (!isNumber)
        return usual;
    // Far outside is as good as at the edge.
    const auto low = std::clamp<qlonglong>(wanted, 0, std::numeric_limits<int>::max() / 2);
    return *std::ranges::min_element(choices, {},
                                     [low](int choice) { return std::llabs(choice - low); });
}

} // namespace

AudioOptions soundSettings(const QSettings& settings)
{
    AudioOptions options;
    options.driver = settings.value(kDriver).toString().toStdString();
    if (!options.driver.empty())
        options.device = settings.value(kDevice).toString().toStdString();
    options.periodFrames =
        nearest(kPeriodFrames, settings.value(kPeriodSetting), options.periodFrames);
    options.periods = nearest(kPeriods, settings.value(kPeriodsSetting), options.periods);
    return options;
}

void keepSoundSettings(QSettings& settings, const AudioOptions& options)
{
    settings.setValue(kDriver, QString::fromStdString(options.driver));
    settings.setValue(kDevice, QString::fromStdString(options.device));
    settings.setValue(kPeriodSetting, options.periodFrames);
    settings.setValue(kPeriodsSetting, options.periods);
}

QString driverInWords(const std::string& driver)
{
    if (driver.empty())
        return Player::tr("Automatic");
    if (driver == "null")
        return Player::tr("No sound");
    static const std::pair<const char*, QLatin1String> names[] = {
        {"alsa", QLatin1String("ALSA")},
        {"coreaudio", QLatin1String("Core Audio")},
        {"dsound", QLatin1String("DirectSound")},
        {"jack", QLatin1String("JACK")},
        {"oboe", QLatin1String("Oboe")},
        {"opensles", QLatin1String("OpenSL ES")},
        {"pipewire", QLatin1String("PipeWire")},
        {"portaudio", QLatin1String("PortAudio")},
        {"pulseaudio", QLatin1String("PulseAudio")},
        {"wasapi", QLatin1String("WASAPI")},
        {"waveout", QLatin1String("WaveOut")}};
    const auto* const named =
        std::ranges::find(names, driver, [](const auto& name) { return std::string(name.first); });
    return named == std::end(names) ? QString::fromStdString(driver) : QString(named->second);
}

QString framesInWords(int frames, int sampleRate)
{
    const double ms = 1000.0 * frames / sampleRate;
    return Player::tr("%1 ms").arg(ms, 0, 'f', ms < 10 ? 1 : 0);
}

} // namespace continuo::ui
