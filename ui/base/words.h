// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QString>

#include <cstdint>

namespace continuo::ui {

/// An error as sentences for the user: the translation that goes by the error's id with its arguments put in
/// (`{file}`), or its own English text where there is none.
QString inWords(const Error& error);

/// "1,204" in the user's language.
QString countInWords(std::int64_t count);

/// "0:12", "2:41", "1:02:09".
QString durationInWords(double seconds);

/// "310 MB", "7.6 MB", "12 KB".
QString bytesInWords(std::int64_t bytes);

/// "C♯5" for 73 (middle C is C4).
QString pitchInWords(int pitch);

} // namespace continuo::ui
