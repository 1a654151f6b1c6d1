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

/// One sentence over the work: what failed stays until it is closed, what was done goes by itself.
class NoticeStrip final : public QWidget
{
    Q_OBJECT

public:
    NoticeStrip(const Appearance& appearance, const Notices& notices, QWidget* parent = nullptr);

    QString sentence() const;

private:
    void show(Notices::Level level, const QString& sentence);

    const Appearance& m_appearance;
    QLabel* m_icon;
    QLabel* m_sentence;
    QToolButton* m_close;
    QTimer m_leave;
};

} // namespace continuo::ui
