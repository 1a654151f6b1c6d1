// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/words.h"

#include "core/music/pitch.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

QString inWords(const Error& error)
{
    // A catalogue holds the sentence under the id; without one translate() gives the id back.
    QString sentence = QCoreApplication::translate("errors", error.id.c_str());
    if (sentence.isEmpty() || sentence == QString::fromStdString(error.id))
        return QString::fromStdString(error.text);
    for (const auto& [name, value] : error.arguments)
        sentence.replace(QStringLiteral("{%1}").arg(QString::fromStdString(name)), QString::fromStdString(value));
    return sentence;
}

QString countInWords(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString durationInWords(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return QStringLiteral("–");
    const auto whole = static_cast<long long>(std::llround(std::min(seconds, 3.6e8)));
    const long long hours = whole / 3600;
    const QString rest = QStringLiteral("%1:%2").arg(whole / 60 % 60, hours > 0 ? 2 : 1, 10, QLatin1Char('0')).arg(whole % 60, 2, 10, QLatin1Char('0'));
    return hours > 0 ? QStringLiteral("%1:%2").arg(hours).arg(rest) : rest;
}

QString bytesInWords(std::int64_t bytes)
{
    const char* const units[] = {"B", "KB", "MB", "GB", "TB"};
    double amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (amount >= 1000 && unit + 1 < std::size(units)) {
        amount /= 1000;
        ++unit;
    }
    const int digits = unit == 0 || amount >= 10 ? 0 : 1;
    return QLocale().toString(amount, 'f', digits) + QChar(0xa0) + QLatin1String(units[unit]);
}

QString pitchInWords(int pitch)
{
    QString name = QString::fromStdString(pitchName(Pitch{static_cast<std::uint8_t>(std::clamp(pitch, 0, 127))}));
    return name.replace(QLatin1Char('#'), QChar(0x266f));
}

} // namespace continuo::ui
