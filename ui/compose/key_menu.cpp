// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/key_menu.h"

#include "ui/compose/field_menu.h"

#include <QCoreApplication>

namespace continuo::ui {

QString keyInWords(Key key)
{
    QString name = QString::fromStdString(keyName(key));
    // Only an accidental: "b" behind the letter, not the one of a word.
    if (name.size() > 1 && name[1] == QLatin1Char('b'))
        name[1] = QChar(0x266d);
    return name.replace(QLatin1Char('#'), QChar(0x266f));
}

void addKeys(QMenu& menu, const std::optional<Key>& chosen, const std::function<void(Key)>& choose)
{
    const std::pair<Mode, QString> modes[] = {
        {Mode::Major, QCoreApplication::translate("KeyMenu", "Major")},
        {Mode::Minor, QCoreApplication::translate("KeyMenu", "Minor")}};
    for (const auto& [mode, title] : modes) {
        QMenu* keys = menu.addMenu(title);
        for (int tonic = 0; tonic < 12; ++tonic) {
            const Key key{tonic, mode};
            addChoice(*keys, keyInWords(key), chosen == key, [choose, key] { choose(key); });
        }
    }
}

} // namespace continuo::ui
