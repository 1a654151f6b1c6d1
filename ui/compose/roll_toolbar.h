// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"
#include "ui/base/studio_context.h"
#include "ui/roll/roll_view.h"

#include <QTimer>
#include <QWidget>

#include <optional>
#include <vector>

QT_BEGIN_NAMESPACE
class QHBoxLayout;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class FieldMenu;

/// Over the roll: its tools, undo and redo, grid, scale, colours, and the way in and out.
class RollToolbar final : public QWidget
{
    Q_OBJECT

public:
    /// `roll` is borrowed and must outlive the bar.
    RollToolbar(const StudioContext& context, RollView& roll, QWidget* parent = nullptr);

Q_SIGNALS:
    void importRequested();
    void exportMidiRequested();

private:
    enum class ScaleChoice
    {
        Heard,
        Chosen,
        None
    };
    void addTools(QHBoxLayout& row);
    void addHistory(QHBoxLayout& row);
    /// The words before the menus, which can do without them.
    std::vector<QWidget*> addMenus(QHBoxLayout& row);
    QToolButton* tool(const QString& icon, const QString& name);
    void showSnap();
    void hear();
    void showScale();

    StudioContext m_context;
    RollView& m_roll;
    FieldMenu* m_snap;
    FieldMenu* m_scale;
    FieldMenu* m_colour;
    ScaleChoice m_scaleChoice = ScaleChoice::Heard;
    std::optional<Key> m_heard{};
    Key m_chosenKey{};
    NoteColouring m_colouring = NoteColouring::Track;
    QTimer m_listener;
};

/// "1/8", "1/8 triplet", "1/8 dotted", "Off".
QString snapInWords(const Snap& snap);

} // namespace continuo::ui
