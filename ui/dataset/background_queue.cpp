// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/background_queue.h"

namespace continuo::ui {

BackgroundQueue::BackgroundQueue(QObject* home)
    : m_home(home)
    , m_thread([this](const std::stop_token& stop) { loop(stop); })
{
}

BackgroundQueue::~BackgroundQueue() = default;

void BackgroundQueue::post(std::function<void()> work)
{
    {
        const std::scoped_lock guard(m_mutex);
        m_works.push_back(std::move(work));
    }
    m_filled.notify_one();
}

void BackgroundQueue::loop(const std::stop_token& stop)
{
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock guard(m_mutex);
            if (!m_filled.wait(guard, stop, [this] { return !m_works.empty(); }) ||
                stop.stop_requested())
                return;
            work = std::move(m_works.front());
            m_works.pop_front();
        }
        work();
    }
}

} // namespace continuo::ui
