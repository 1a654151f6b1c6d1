// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/spans.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

QString spanInWords(double seconds)
{
    const auto words = [](const char* unit, double amount) {
        const int digits = amount < 0.95 ? 1 : 0;
        return QCoreApplication::translate("continuo::ui::spans", unit)
            .arg(QLocale().toString(amount, 'f', digits));
    };
    if (!std::isfinite(seconds) || seconds < 0)
        return QStringLiteral("–");
    if (seconds < 90)
        return words("%1 s", std::max(seconds, 0.1));
    if (seconds < 90 * 60)
        return words("%1 min", seconds / 60);
    return words("%1 h", seconds / 3600);
}

} // namespace continuo::ui
