// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace continuo {

enum class LogLevel
{
    Debug,
    Info,
    Warning,
    Error
};

/// The program's log, on standard error, safe from any thread. It is for those who look after the program; what a user
/// has to know is a Result or an event.
void log(LogLevel level, std::string_view message);

/// Messages below `level` are dropped. Warning unless set.
void setLogLevel(LogLevel level);

} // namespace continuo
