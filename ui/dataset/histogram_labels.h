// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstddef>

namespace continuo::ui {

/// 0..11, as one plays it on a clavier: "C♯", "E♭".
QString pitchClassInWords(std::size_t pitchClass);
/// A place in kNoteValues: "1/8", "1/4.".
QString noteValueInWords(std::size_t value);

} // namespace continuo::ui
