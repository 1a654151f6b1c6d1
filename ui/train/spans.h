// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace continuo::ui {

/// A length of time as people say it: "0.3 s", "3 s", "4 min", "3 h".
QString spanInWords(double seconds);

} // namespace continuo::ui
