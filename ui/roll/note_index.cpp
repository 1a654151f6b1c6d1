// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_index.h"

#include <algorithm>
#include <cassert>

namespace continuo::ui {

namespace {

constexpr std::size_t kNotes = 32; ///< In a cluster of the lowest level.
constexpr std::size_t kBranches = 8;

/// Notes of length zero are seen where they stand.
Tick seenEnd(const Note& note)
{
    return std::max(note.end(), note.start + Tick{1});
}

} // namespace

NoteIndex::NoteIndex(std::span<const Note> notes)
    : m_count(notes.size())
{
    if (notes.empty())
        return;
    std::vector<NoteCluster>& lowest = m_levels.emplace_back();
    lowest.reserve(notes.size() / kNotes + 1);
    for (std::size_t first = 0; first < notes.size(); first += kNotes) {
        NoteCluster cluster{notes[first].start, {}, {}, 0};
        for (const Note& note : notes.subspan(first, std::min(kNotes, notes.size() - first))) {
            cluster.end = std::max(cluster.end, seenEnd(note));
            cluster.pitches.insert(note.pitch.value & 127);
            cluster.highestVelocity = std::max(cluster.highestVelocity, note.velocity);
        }
        lowest.push_back(cluster);
    }
    while (m_levels.back().size() > 1) {
        const std::vector<NoteCluster>& below = m_levels.back();
        std::vector<NoteCluster> above;
        for (std::size_t first = 0; first < below.size(); first += kBranches) {
            NoteCluster cluster = below[first];
            for (std::size_t i = first; i < std::min(first + kBranches, below.size()); ++i) {
                cluster.end = std::max(cluster.end, below[i].end);
                cluster.pitches.insert(below[i].pitches);
                cluster.highestVelocity = std::max(cluster.highestVelocity, below[i].highestVelocity);
            }
            above.push_back(cluster);
        }
        m_levels.push_back(std::move(above));
    }
}

std::size_t NoteIndex::visit(std::span<const Note> notes, Tick from, Tick to, const Visit& visited) const
{
    assert(notes.size() == m_count);
    return m_levels.empty() ? 0 : visit(notes, from, to, visited, m_levels.size() - 1, 0);
}

std::size_t NoteIndex::visit(std::span<const Note> notes, Tick from, Tick to, const Visit& visited, std::size_t level,
                             std::size_t place) const
{
    const NoteCluster& cluster = m_levels[level][place];
    if (cluster.start >= to || cluster.end <= from)
        return 1;
    if (visited.cluster && cluster.end - cluster.start <= visited.crowd) {
        visited.cluster(cluster);
        return 1;
    }
    std::size_t seen = 1;
    if (level > 0) {
        const std::size_t first = place * kBranches;
        const std::size_t last = std::min(first + kBranches, m_levels[level - 1].size());
        for (std::size_t i = first; i < last && m_levels[level - 1][i].start < to; ++i)
            seen += visit(notes, from, to, visited, level - 1, i);
        return seen;
    }
    const std::size_t first = place * kNotes;
    const std::size_t last = std::min(first + kNotes, m_count);
    for (std::size_t i = first; i < last && notes[i].start < to; ++i) {
        ++seen;
        if (seenEnd(notes[i]) > from && visited.note)
            visited.note(i);
    }
    return seen;
}

} // namespace continuo::ui
