"""A bot's web service as it is usually built in Python: FastAPI, SQLAlchemy, python-telegram-bot.

One webhook does what a turn does: an update is taken once, the specialist and the chat's state are read under a lock, the state is written, all
in one transaction; then the reply is sent, and the webhook is answered. python web_peer.py DATABASE_URL TELEGRAM_URL PORT SECRET
"""

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import datetime

import uvicorn
from fastapi import FastAPI, Header, Request, Response
from sqlalchemy import BigInteger, DateTime, ForeignKey, String, func
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

DATABASE, TELEGRAM, PORT, SECRET = sys.argv[1:5]
HELP = "Здесь ваши случаи, инструменты и результаты.\n\n/cases — случаи\n/new — новый случай\n/wallet — звёзды\n/help — эта справка"


class Base(DeclarativeBase):
    pass


class Specialist(Base):
    __tablename__ = "specialists"
    telegram_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String)


class SeenUpdate(Base):
    __tablename__ = "seen_updates"
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Chat(Base):
    __tablename__ = "chats"
    chat_id: Mapped[int] = mapped_column(ForeignKey("specialists.telegram_id"), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[dict] = mapped_column(JSONB, default=dict)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now())


engine = create_async_engine(DATABASE, pool_size=5, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def help_asked(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    chat_id = update.effective_chat.id
    async with sessions.begin() as session:
        taken = await session.execute(insert(SeenUpdate).values(update_id=update.update_id).on_conflict_do_nothing())
        if taken.rowcount == 0:
            return
        specialist = await session.get(Specialist, chat_id)
        if specialist is None:
            specialist = Specialist(telegram_id=chat_id, name=update.effective_user.first_name)
            session.add(specialist)
            await session.flush()
        chat = await session.get(Chat, chat_id, with_for_update=True)
        if chat is None:
            chat = Chat(chat_id=chat_id, version=0)
            session.add(chat)
        chat.version += 1
        chat.state = {"name": "idle", "last": update.update_id}
    await update.effective_message.reply_text(HELP)


application = (
    Application.builder().token("1000000001:peer").base_url(f"{TELEGRAM}/bot").updater(None).connection_pool_size(64).build()
)
application.add_handler(CommandHandler("help", help_asked))


@asynccontextmanager
async def lifespan(_: FastAPI):
    await application.initialize()
    yield
    await application.shutdown()
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/webhook/pro")
async def webhook(request: Request, x_telegram_bot_api_secret_token: str = Header(default="")) -> Response:
    if x_telegram_bot_api_secret_token != SECRET:
        return Response(status_code=403)
    await application.process_update(Update.de_json(await request.json(), application.bot))
    return Response()


async def create_tables() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(create_tables())
    uvicorn.run(app, host="127.0.0.1", port=int(PORT), log_level="warning", access_log=False)
