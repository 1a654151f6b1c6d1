// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

namespace continuo::ui {

/// What lies on a roll without notes: how to come by the first ones.
class EmptyRoll final : public QFrame
{
    Q_OBJECT

public:
    /// Lies on `ground`, which owns it, in its middle.
    explicit EmptyRoll(QWidget& ground);

Q_SIGNALS:
    /// The model is to write the first melody.
    void newRequested();

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();

    QWidget& m_ground;
};

} // namespace continuo::ui
