// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/note_model.h"

#include "core/generate/recurrent_network.h"

#include <algorithm>
#include <cassert>

namespace continuo {

namespace {

class RecurrentNoteModel final : public NoteModel
{
public:
    RecurrentNoteModel(std::shared_ptr<const RecurrentNetwork> network, const NetworkShape& shape,
                       std::size_t noteWidth)
        : m_network(std::move(network))
        , m_noteWidth(noteWidth)
        , m_window(shape.prediction == "last-step" ? static_cast<std::size_t>(shape.window) : 0)
        , m_isRectified(shape.head == "note-relu")
    {
    }

    std::size_t noteWidth() const override { return m_noteWidth; }
    std::size_t window() const override { return m_window; }

    NoteState start(std::size_t batch) const override
    {
        NoteState state{batch, m_network->start(batch), {}};
        if (m_window > 0)
            state.recent.resize(batch);
        return state;
    }

    bool read(NoteState& state, std::span<const float> notes, std::span<float> answers,
              const CancelToken& cancel) const override
    {
        assert(state.batch > 0 && !notes.empty());
        assert(notes.size() % (state.batch * m_noteWidth) == 0);
        assert(answers.size() == state.batch * m_noteWidth);
        if (m_window == 0) {
            if (!m_network->readNumbers(state.network, notes, answers, cancel))
                return false;
        } else {
            // A windowed network knows nothing but its window: read it again from the start.
            remember(state, notes);
            state.network = m_network->start(state.batch);
            if (!m_network->readNumbers(state.network, windowOf(state), answers, cancel))
                return false;
        }
        if (m_isRectified)
            std::ranges::transform(answers, answers.begin(),
                                   [](float each) { return std::max(each, 0.0F); });
        return true;
    }

    NoteState selected(const NoteState& state, std::span<const std::size_t> members) const override
    {
        NoteState result{members.size(), m_network->selected(state.network, members), {}};
        if (m_window > 0) {
            for (const std::size_t member : members)
                result.recent.push_back(state.recent[member]);
        }
        return result;
    }

private:
    void remember(NoteState& state, std::span<const float> notes) const
    {
        for (std::size_t at = 0; at < notes.size(); at += m_noteWidth) {
            std::vector<float>& recent = state.recent[at / m_noteWidth % state.batch];
            const auto note = notes.subspan(at, m_noteWidth);
            recent.insert(recent.end(), note.begin(), note.end());
        }
        const std::size_t most = m_window * m_noteWidth;
        for (std::vector<float>& recent : state.recent) {
            const std::size_t kept = std::min(recent.size(), most);
            recent.erase(recent.begin(), recent.end() - static_cast<std::ptrdiff_t>(kept));
        }
    }

    /// float [time, batch, noteWidth]
    std::vector<float> windowOf(const NoteState& state) const
    {
        std::vector<float> window;
        window.reserve(state.recent.front().size() * state.batch);
        for (std::size_t at = 0; at < state.recent.front().size(); at += m_noteWidth) {
            for (const std::vector<float>& recent : state.recent) {
                const auto note = std::span(recent).subspan(at, m_noteWidth);
                window.insert(window.end(), note.begin(), note.end());
            }
        }
        return window;
    }

    std::shared_ptr<const RecurrentNetwork> m_network;
    std::size_t m_noteWidth = 0;
    std::size_t m_window = 0;
    bool m_isRectified = false;
};

} // namespace

Result<std::shared_ptr<const NoteModel>> makeNoteModel(const NetworkShape& shape,
                                                       std::size_t values,
                                                       const std::map<std::string, Tensor>& tensors,
                                                       const std::string& nameForErrors,
                                                       const LaneKernels& kernels)
{
    const std::size_t width = kNotePitches + values;
    auto network = RecurrentNetwork::makeForNumbers(
        shape, static_cast<int>(width), static_cast<int>(width), tensors, nameForErrors, kernels);
    if (!network)
        return network.error();
    return std::shared_ptr<const NoteModel>(
        std::make_shared<RecurrentNoteModel>(std::move(*network), shape, width));
}

} // namespace continuo
