// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_progress.h"

#include "ui/base/words.h"
#include "ui/engine/task_list.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdint>

namespace continuo::ui {

namespace {

struct ProgressWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::PieceProgress)
};

std::size_t countOf(const Json& news, const char* member)
{
    const auto found = news.find(member);
    return found != news.end() && found->is_number_integer()
               ? static_cast<std::size_t>(std::max<std::int64_t>(found->get<std::int64_t>(), 0))
               : 0;
}

} // namespace

void tellPieces(TaskList& tasks, int task, std::size_t done, std::size_t all)
{
    tasks.update(task, [&](Task& shown) {
        const std::size_t most = std::max({all, done, std::size_t{1}});
        shown.share = static_cast<double>(done) / static_cast<double>(most);
        shown.detail = ProgressWords::tr("%1 of %2 pieces")
                           .arg(countInWords(static_cast<std::int64_t>(done)),
                                countInWords(static_cast<std::int64_t>(all)));
    });
}

void tellPieces(TaskList& tasks, int task, const Json& news)
{
    tellPieces(tasks, task, countOf(news, "done"), countOf(news, "total"));
}

} // namespace continuo::ui
