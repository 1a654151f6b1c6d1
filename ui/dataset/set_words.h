// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <QString>
#include <QStringList>

#include <array>
#include <optional>

namespace continuo::ui {

/// What became of an import, as a notice says it.
struct SetNews
{
    QString words{};
    bool isWarning = false;
};

/// An import that came to its end. `result` is the engine's; `unreadable` are its sentences about
/// folders that could not be looked into.
SetNews importInWords(const QString& name, const Json& result, const QStringList& unreadable);

/// How the pieces of a set were divided.
struct SplitOutcome
{
    std::array<std::int64_t, 3> pieces{}; ///< For training, validation and test.
    std::array<std::int64_t, 3> families{};
    std::int64_t unused = 0;
    std::int64_t leaks = 0; ///< Passages that stand in training and in another part.
};

/// Without the families. Nothing where `result` is not the engine's answer to a split.
std::optional<SplitOutcome> splitOutcome(const Json& result);
QString splitInWords(const SplitOutcome& outcome);
/// "No passage of 8 notes is shared between parts."
QString leaksInWords(std::int64_t leaks);

/// What a recipe did, from the engine's answer: "311 pieces changed, 22 left out."
QString cleanInWords(const Json& result);
/// What an export by these parameters of the protocol wrote, and where: "Exported MIDI files of
/// 1,643 pieces to /music/folk."
QString exportInWords(const QString& what, const Json& params, const Json& result);

} // namespace continuo::ui
