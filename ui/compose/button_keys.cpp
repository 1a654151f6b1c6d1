// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/button_keys.h"

#include <QKeyEvent>
#include <QWidget>

namespace continuo::ui {

namespace {

class KeyKeeper final : public QObject
{
public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::ShortcutOverride) {
            const auto* press = static_cast<QKeyEvent*>(event);
            const bool isPlain =
                press->modifiers() == Qt::NoModifier || press->modifiers() == Qt::KeypadModifier;
            const bool isOwn = press->key() == Qt::Key_Space || press->key() == Qt::Key_Return ||
                               press->key() == Qt::Key_Enter;
            if (isPlain && isOwn) {
                event->accept();
                return true;
            }
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

void takeKeysOnlyFromKeyboard(QWidget& button)
{
    button.setFocusPolicy(Qt::TabFocus);
    button.installEventFilter(new KeyKeeper(&button));
}

} // namespace continuo::ui
