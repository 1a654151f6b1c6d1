// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"

#include <QString>

#include <functional>
#include <optional>

QT_BEGIN_NAMESPACE
class QMenu;
QT_END_NAMESPACE

namespace continuo::ui {

/// "G major", "B♭ minor".
QString keyInWords(Key key);

/// Adds all 24 keys, the major ones and the minor ones in a menu each, the chosen one checked.
void addKeys(QMenu& menu, const std::optional<Key>& chosen, const std::function<void(Key)>& choose);

} // namespace continuo::ui
