// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QObject>
#include <QString>

namespace continuo::ui {

/// What the window has to tell in words: shown in a strip, never in a box that stops the work. GUI thread only.
class Notices final : public QObject
{
    Q_OBJECT

public:
    enum class Level
    {
        Told,   ///< Something was done: "Exported next.mid".
        Warning,
        Failure
    };
    Q_ENUM(Level)

    using QObject::QObject;

    void tell(const QString& sentence) { Q_EMIT arrived(Level::Told, sentence); }
    void warn(const QString& sentence) { Q_EMIT arrived(Level::Warning, sentence); }
    /// An error in words; one that only says that somebody cancelled is not told.
    void report(const Error& error);

Q_SIGNALS:
    void arrived(continuo::ui::Notices::Level level, const QString& sentence);
};

} // namespace continuo::ui
