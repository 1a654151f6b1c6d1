// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

QT_BEGIN_NAMESPACE
class QAction;
class QLabel;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

struct StudioContext;

/// The state of engine and sound in words, and what the pointer would do.
class StatusStrip final : public QWidget
{
    Q_OBJECT

public:
    /// A click on the state of the sound triggers `sound`, which is borrowed.
    StatusStrip(const StudioContext& context, QAction& sound, QWidget* parent = nullptr);

    /// What the tool under the pointer does: "Draw: click adds an eighth, drag sets the length".
    void setHint(const QString& hint);
    /// "Saved", "Edited, autosaved 12:31".
    void setSaved(const QString& words);

private:
    QLabel* m_engine;
    QToolButton* m_audio;
    QLabel* m_saved;
    QLabel* m_hint;
};

} // namespace continuo::ui
