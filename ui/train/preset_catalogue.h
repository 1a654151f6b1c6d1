// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace continuo::ui {

/// A setting of a job as a form needs it; what `continuo presets --settings` tells.
struct SettingInfo
{
    enum class Kind
    {
        Whole,
        Real,
        Truth,
        Choice,
        Word
    };
    QString key{};
    Kind kind = Kind::Word;
    std::optional<double> lowest{};
    std::optional<double> highest{};
    Json standard{}; ///< What it is where a job does not say; null where nobody told.
    QStringList choices{};
    QStringList encodings{}; ///< Of an encoding's option: which have it.
    QString allowed{}; ///< "a whole number from 1 to 4096"
    QString meaning{}; ///< One sentence.
};

/// What the user calls a setting: "Hidden units"; one without a name of ours gets its key's last
/// part.
QString settingLabel(const QString& key);
/// What the user calls a choice: "Adam" for adam.
QString choiceLabel(const QString& key, const QString& choice);

struct VariantInfo
{
    QString name{};
    QString description{};
    Json settings{}; ///< {"training.patience": 0}
};

/// A system that can be trained.
struct PresetInfo
{
    QString name{};
    QString title{};
    QString description{};
    QString origin{};
    QStringList knownFaults{};
    Json job{}; ///< {"encoding": …, "network": …, "training": …, "sampler": …, "description",
                ///< "licence"}
    std::vector<VariantInfo> variants{};

    const VariantInfo*
    variant(const QString& name) const; ///< Null where there is none of that name.
};

struct DeviceInfo
{
    QString id{};
    QString name{};
    bool isAvailable = false;
    QStringList precisions{};
    QString reason{}; ///< Why it is not available.
};

std::vector<SettingInfo> settingsFromJson(const Json& array);
std::vector<PresetInfo> presetsFromJson(const Json& array);
std::vector<DeviceInfo> devicesFromJson(const Json& object);

/// The value under a dotted key of a job; null where there is none.
Json valueAt(const Json& job, const QString& key);
void setValueAt(Json& job, const QString& key, const Json& value);

/// What can be trained here and on what, asked of the engine once. GUI thread only.
class PresetCatalogue final : public QObject
{
    Q_OBJECT

public:
    PresetCatalogue(QStringList program, QObject* parent = nullptr);

    /// Asks; arrived() or failed() follow.
    void load();
    bool isLoaded() const { return m_isLoaded; }

    const std::vector<PresetInfo>& presets() const { return m_presets; }
    const std::vector<SettingInfo>& settings() const { return m_settings; }
    const std::vector<DeviceInfo>& devices() const { return m_devices; }
    const PresetInfo* preset(const QString& name) const;
    const SettingInfo* setting(const QString& key) const;
    /// "CPU", or "CPU: no NVIDIA card found" where somebody may wonder.
    QString whereInWords(const QString& device) const;

Q_SIGNALS:
    void arrived(); ///< Presets and settings are there.
    void devicesArrived();
    void failed(const continuo::Error& error);

private:
    QStringList m_program;
    std::vector<PresetInfo> m_presets;
    std::vector<SettingInfo> m_settings;
    std::vector<DeviceInfo> m_devices;
    bool m_isLoaded = false;
};

} // namespace continuo::ui
