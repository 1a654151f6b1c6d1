// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace continuo {

/// The words of a field as UTF-8: accents written with a backslash (\'e, \"o, \/o, \ss, \ae:
/// ABC 2.1, 8.1) and \u00e9 become their letters, \% \\ and \& the plain signs. Text of another
/// encoding than UTF-8 is read as Latin-1.
std::string readAbcWords(std::string_view text);

/// `text` on one line, so that readAbcWords() gives it back: signs that mean something are escaped,
/// control characters become spaces.
std::string writeAbcWords(std::string_view text);

/// `text` as a syllable of a w: line, so that what is laid on the note is the same again.
std::string writeAbcSyllable(std::string_view text);

} // namespace continuo
