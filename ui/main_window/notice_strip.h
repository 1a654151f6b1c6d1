// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/notices.h"

#include <QTimer>
#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;

/// One sentence that lies over the lower edge of the work, which stays where it is: what failed
/// stays until it is closed, what was done goes by itself, but not while the pointer or the focus
/// is on it.
class NoticeStrip final : public QWidget
{
    Q_OBJECT

public:
    /// Lies over `parent` from edge to edge, its lower edge on that of `work`, a widget in it.
    NoticeStrip(const Appearance& appearance, const Notices& notices, QWidget& work,
                QWidget* parent);

    QString sentence() const;

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void show(Notices::Level level, const QString& sentence);
    void leave();
    void layOver();

    const Appearance& m_appearance;
    QWidget& m_work;
    QLabel* m_icon;
    QLabel* m_sentence;
    QToolButton* m_close;
    QTimer m_leave;
};

} // namespace continuo::ui
