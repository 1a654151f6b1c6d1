// SPDX-License-Identifier: GPL-3.0-or-later
// Read by moc only. Before Qt 6.5.3 moc cannot expand this libstdc++ macro and stops at
// `namespace std _GLIBCXX_VISIBILITY(default)` in <concepts>, which <compare> includes.
#pragma once
#define _GLIBCXX_VISIBILITY(visibility)
