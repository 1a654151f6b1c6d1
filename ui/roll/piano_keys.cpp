// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/piano_keys.h"

#include "ui/base/appearance.h"
#include "ui/base/words.h"
#include "ui/roll/roll_picture.h"

#include <QPaintEvent>
#include <QPainter>

namespace continuo::ui {

namespace {

/// Sounds the keys that the pointer passes over.
class KeyGesture final : public Gesture
{
public:
    KeyGesture(PianoKeys& keys, const RollPointer& pressed)
        : m_keys(keys)
    {
        drag(pressed);
    }
    ~KeyGesture() override { m_keys.press(std::nullopt); }
    void drag(const RollPointer& pointer) override { m_keys.press(pointer.pitch); }

private:
    PianoKeys& m_keys;
};

} // namespace

PianoKeys::PianoKeys(RollState& state, QWidget* parent)
    : RollSurface(state, parent)
{
    setFixedWidth(kKeysWidth);
    setAccessibleName(tr("Piano keys"));
}

void PianoKeys::press(std::optional<int> pitch)
{
    if (pitch == m_pressed)
        return;
    m_pressed = pitch;
    if (pitch)
        state().sound(*pitch);
    update();
}

std::unique_ptr<Gesture> PianoKeys::pressed(const RollPointer& pointer, Qt::MouseButton button)
{
    return button == Qt::LeftButton ? std::make_unique<KeyGesture>(*this, pointer) : nullptr;
}

void PianoKeys::hovered(const RollPointer& pointer)
{
    Q_EMIT state().hintChanged(tr("%1: click to hear it").arg(pitchInWords(pointer.pitch)));
}

void PianoKeys::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    RollPicture picture;
    picture.geometry = state().geometry();
    picture.palette = state().appearance().palette();
    picture.font = state().appearance().smallFont();
    paintKeys(painter, picture, m_pressed, event->rect());
}

} // namespace continuo::ui
