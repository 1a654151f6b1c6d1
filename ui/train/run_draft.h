// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/preset_catalogue.h"

#include <QString>
#include <QStringList>

#include <map>

namespace continuo::ui {

/// A run that is being set up: a preset in a variant, and what the user changed of it. A value.
struct RunDraft
{
    QString preset{};
    QString variant{};
    Json base{};                       ///< The job as the preset and the variant have it.
    std::map<QString, Json> changed{}; ///< By key; never equal to the base.
    QString dataset{};                 ///< A file.
    QString device = QStringLiteral("auto");
    QString from{}; ///< A model file whose weights it begins with; empty: fresh ones.

    /// The job that will be trained.
    Json job() const;
    Json value(const QString& key) const;
    bool isChanged(const QString& key) const { return changed.contains(key); }
    /// The base's own value takes the change back. Another "encoding.name" takes back what was
    /// changed of the encoding, and the base's options of it no longer count.
    void set(const QString& key, const Json& value);

    /// Options of `continuo train`, without --run.
    QStringList arguments() const;

    friend bool operator==(const RunDraft&, const RunDraft&) = default;
};

/// A fresh draft of a preset; a variant it does not have is none.
RunDraft draftOf(const PresetInfo& preset, const QString& variant);

/// The draft that would train this job; a preset that is not known any more gives the first one
/// with everything else as changes.
RunDraft draftFrom(const Json& job, const PresetCatalogue& catalogue);

/// With half the learning rate, and with gradients clipped to a norm of 1 or less: for a training
/// that has blown up.
RunDraft withSmallerSteps(RunDraft draft);

/// Why `value` is not allowed, in words; empty where it is.
QString whyNotAllowed(const SettingInfo& setting, const Json& value);

/// What a user typed, as the setting's kind wants it; null where it is not of that kind.
Json settingFromText(const SettingInfo& setting, const QString& text);
QString settingToText(const Json& value);

} // namespace continuo::ui
