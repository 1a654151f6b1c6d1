// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/edit/edit_check.h"
#include "ui/base/appearance.h"
#include "ui/document/note_selection.h"
#include "ui/document/score_document.h"
#include "ui/play/player.h"

#include <QApplication>

namespace continuo::ui {

/// What a roll works on: a document from a line of ABC in quarters, no sound.
struct RollBench
{
    explicit RollBench(const QString& music = {})
        : appearance(*qApp)
        , selection(document)
        , player(document, {})
    {
        if (!music.isEmpty())
            document.replace(scoreOf(music));
    }

    const std::vector<Note>& notes() const { return document.score().tracks.front().notes; }
    QString text() const { return document.score().tracks.empty() ? QString() : notesText(notes()); }
    NoteId id(int place) const { return notes().at(static_cast<std::size_t>(place)).id; }
    void choose(const QList<int>& places)
    {
        std::vector<NoteId> ids;
        for (const int place : places)
            ids.push_back(id(place));
        selection.set(ids);
    }
    /// The places of the chosen notes: "0 2".
    QString chosen() const
    {
        QStringList places;
        for (std::size_t i = 0; i < notes().size(); ++i) {
            if (selection.contains(notes()[i].id))
                places << QString::number(i);
        }
        return places.join(' ');
    }

    Appearance appearance;
    ScoreDocument document{};
    NoteSelection selection;
    Player player;
};

} // namespace continuo::ui
