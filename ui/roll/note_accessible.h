// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"
#include "ui/roll/note_area.h"

#include <QAccessibleWidget>
#include <QPointer>

#include <map>

namespace continuo::ui {

/// The notes in sight as children of the roll, for assistive technology: each is told as "C4, bar 2 beat 1, quarter,
/// velocity 90".
class NoteAreaAccessible final : public QAccessibleWidget
{
public:
    explicit NoteAreaAccessible(NoteArea* area);
    ~NoteAreaAccessible() override;

    int childCount() const override;
    QAccessibleInterface* child(int index) const override;
    QAccessibleInterface* childAt(int x, int y) const override;
    QAccessibleInterface* focusChild() const override;
    int indexOfChild(const QAccessibleInterface* child) const override;

private:
    QAccessibleInterface* childOf(NoteId note) const;

    QPointer<NoteArea> m_area;
    mutable std::map<NoteId, QAccessible::Id> m_children{};
};

/// For QAccessible::installFactory(): null for what is not a NoteArea.
QAccessibleInterface* accessibleNoteArea(const QString& className, QObject* object);

} // namespace continuo::ui
